import type { OperationModel } from "../codec/model";
import type { Fields } from "../codec/schema";
import type { AccessCheck, CallContext, Operation } from "../core/service";
import type { Api, Operations } from "./api";
import { pageOf } from "./paging";
import type { AnySlot, EntityDefinition, Values } from "./slots";
import {
  addTags,
  readTags,
  removedTags,
  requestTagValues,
  shownTags,
  tagValues,
  type Tags,
} from "./tags";

/** A kind of thing as its service's hand-written code sees it. */
export interface Entity<Store, Item> {
  readonly operations: Operations;
  /** Throws the entity's not-found error. */
  at(reference: string, context: CallContext<Store>): Item;
  find(reference: string, context: CallContext<Store>): Item | undefined;
  /** IAM's check of an action on it, whether it exists or not. */
  access(
    action: string,
    reference: string,
    context: CallContext<Store>,
    more?: Values,
  ): AccessCheck;
}

export function defineEntity<Sdk extends object, Store, Item>(
  api: Api<Sdk, Store>,
  definition: EntityDefinition<Sdk, Store, Item>,
): Entity<Store, Item> {
  const kind = new Kind(api, definition);
  const operations = Object.entries(definition.operations).map(([name, slot]) => [
    name,
    kind.operation(name, slot as AnySlot),
  ]);
  return {
    operations: Object.fromEntries(operations) as Operations,
    at: (reference, context) => kind.at(reference, context),
    find: (reference, context) => kind.find(reference, context),
    access: (action, reference, context, more) => kind.access(action, reference, context, more),
  };
}

/** One entity's table at work. */
class Kind<Sdk extends object, Store, Item> {
  constructor(
    private readonly api: Api<Sdk, Store>,
    private readonly definition: EntityDefinition<Sdk, Store, Item>,
  ) {}

  find(reference: string, context: CallContext<Store>, input: Fields = {}): Item | undefined {
    return this.definition.all(context.store).get(this.key(reference, context, input));
  }

  at(reference: string, context: CallContext<Store>, slot: AnySlot = {}, input: Fields = {}): Item {
    if (slot.check) slot.check(reference, input);
    else this.definition.check?.(reference);
    const item = this.find(reference, context, input);
    if (item === undefined) throw (slot.gone ?? this.definition.gone)(reference);
    return item;
  }

  access(
    action: string,
    reference: string,
    context: CallContext<Store>,
    more?: Values,
    input: Fields = {},
  ): AccessCheck {
    const { api, definition } = this;
    const item = this.find(reference, context, input);
    return {
      action: `${api.iamPrefix}:${action}`,
      resource: definition.arn(this.key(reference, context, input), context, item),
      context: { ...tagValues(api.tagConditions, item && definition.tags?.(item)), ...more },
      ...(item && { resourcePolicy: definition.policy?.(item) }),
    };
  }

  operation(name: string, slot: AnySlot): Operation<Store, Fields, unknown> {
    const { on, removes, names, under, tags, untags, listsTags } = slot;
    const member = on ?? removes ?? names ?? under ?? tags ?? untags ?? listsTags;
    return {
      access: (input, context) => [
        ...this.checks(name, slot, member, input, context),
        ...(slot.needs?.(input, context) ?? []),
      ],
      run: (input, context) => {
        if (names) return slot.does?.(input, context);
        if (slot.lists) return this.list(slot, input, context, this.api.model(name));
        const reference = (input[member ?? ""] ?? "") as string;
        const item = this.at(reference, context, slot, input);
        if (on) return slot.run?.(item, input, context);
        if (removes) return this.remove(slot, item, input, context);
        const key = this.key(reference, context, input);
        return this.tagOperation(slot, this.tags(item), input, this.api.model(name), key);
      },
    };
  }

  private key(reference: string, context: CallContext<Store>, input: Fields): string {
    return this.definition.key?.(reference, context, input) ?? reference;
  }

  private tags(item: Item): Tags {
    return this.definition.tags?.(item) ?? new Map<string, string>();
  }

  private checks(
    name: string,
    slot: AnySlot,
    member: string | undefined,
    input: Fields,
    context: CallContext<Store>,
  ): AccessCheck[] {
    const { iamPrefix } = this.api;
    const more = {
      ...requestTagValues(input, this.api.model(name).input),
      ...slot.conditions?.(input, context),
    };
    const actions = [slot.action ?? name, ...(slot.also?.(input) ?? [])];
    if (!member)
      return actions.map((action) => ({
        action: `${iamPrefix}:${action}`,
        resource: "*",
        context: more,
      }));
    const references = [input[member] ?? ""].flat() as string[];
    return actions.flatMap((action) =>
      references.map((reference) => this.access(action, reference, context, more, input)),
    );
  }

  private tagOperation(
    slot: AnySlot,
    tags: Tags,
    input: Fields,
    model: OperationModel,
    key: string,
  ): object | undefined {
    if (slot.listsTags) return shownTags(tags, model.output);
    if (slot.tags) addTags(tags, readTags(input, model.input, this.api, key), this.api, key);
    else for (const tag of removedTags(input, model.input)) tags.delete(tag);
    return undefined;
  }

  private remove(slot: AnySlot, item: Item, input: Fields, context: CallContext<Store>): void {
    const all = this.definition.all(context.store);
    for (const [key, one] of all) if (one === item) all.delete(key);
    slot.after?.(item, input, context);
  }

  private async list(
    { lists = "", max = 0, among, view }: AnySlot,
    input: Fields,
    context: CallContext<Store>,
    model: OperationModel,
  ): Promise<object> {
    const keys = new Map([...this.definition.all(context.store)].map(([key, item]) => [item, key]));
    const { items, next } = pageOf(model, input, {
      // `among` is typed by the definition: it yields items of this kind.
      items: (among?.(input, context) ?? keys.keys()) as Iterable<Item>,
      key: (item) => keys.get(item) ?? "",
      max,
      invalidToken: this.api.errors.invalidToken,
      code: this.api.pageSizeCode,
    });
    const shown = await Promise.all(items.map((item) => view?.(item, input, context)));
    return { [lists]: shown, ...next };
  }
}
