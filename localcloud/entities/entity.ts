import type { OperationModel } from "../codec/model/serviceCodec";
import type { Fields } from "../codec/model/schema";
import type { AccessCheck, CallContext, Operation } from "../core/service";
import type { Api, Operations } from "./api";
import { pageOf } from "./paging";
import type { AnyOperation, EntityDefinition, Values } from "./definition";
import {
  addTags,
  readTags,
  removedTags,
  requestTagValues,
  shownTags,
  tagValues,
  type Tags,
} from "./tags";

/** A declared entity, for the other code of its service. */
export interface Entity<Store, Item> {
  readonly operations: Operations;
  /** Returns the entity that a request names. Throws the entity's not-found error. */
  at(reference: string, context: CallContext<Store>): Item;
  find(reference: string, context: CallContext<Store>): Item | undefined;
  /** Returns IAM's check of an action on an entity, whether the entity exists or not. */
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
  const made = new EntityOperations(api, definition);
  const operations = Object.entries(definition.operations).map(([name, operation]) => [
    name,
    made.operation(name, operation as AnyOperation),
  ]);
  return {
    operations: Object.fromEntries(operations) as Operations,
    at: (reference, context) => made.at(reference, context),
    find: (reference, context) => made.find(reference, context),
    access: (action, reference, context, more) => made.access(action, reference, context, more),
  };
}

/** Makes the operations of one entity from its definition. */
class EntityOperations<Sdk extends object, Store, Item> {
  constructor(
    private readonly api: Api<Sdk, Store>,
    private readonly definition: EntityDefinition<Sdk, Store, Item>,
  ) {}

  find(reference: string, context: CallContext<Store>, input: Fields = {}): Item | undefined {
    return this.definition.all(context.store).get(this.key(reference, context, input));
  }

  at(
    reference: string,
    context: CallContext<Store>,
    operation: AnyOperation = {},
    input: Fields = {},
  ): Item {
    if (operation.check) operation.check(reference, input);
    else this.definition.check?.(reference);
    const item = this.find(reference, context, input);
    if (item === undefined) throw (operation.notFound ?? this.definition.notFound)(reference);
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

  operation(name: string, operation: AnyOperation): Operation<Store, Fields, unknown> {
    const { on, removes, names, under, tags, untags, listsTags } = operation;
    const member = on ?? removes ?? names ?? under ?? tags ?? untags ?? listsTags;
    return {
      access: (input, context) => [
        ...this.checks(name, operation, member, input, context),
        ...(operation.needs?.(input, context) ?? []),
      ],
      run: (input, context) => {
        if (names) return operation.does?.(input, context);
        if (operation.lists) return this.list(operation, input, context, this.api.model(name));
        const reference = (input[member ?? ""] ?? "") as string;
        const item = this.at(reference, context, operation, input);
        if (on) return operation.run?.(item, input, context);
        if (removes) return this.remove(operation, item, input, context);
        const key = this.key(reference, context, input);
        return this.tagOperation(operation, this.tags(item), input, this.api.model(name), key);
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
    operation: AnyOperation,
    member: string | undefined,
    input: Fields,
    context: CallContext<Store>,
  ): AccessCheck[] {
    const { iamPrefix } = this.api;
    const more = {
      ...requestTagValues(input, this.api.model(name).input),
      ...operation.conditions?.(input, context),
    };
    const actions = [operation.action ?? name, ...(operation.also?.(input) ?? [])];
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
    operation: AnyOperation,
    tags: Tags,
    input: Fields,
    model: OperationModel,
    key: string,
  ): object | undefined {
    if (operation.listsTags) return shownTags(tags, model.output);
    if (operation.tags) addTags(tags, readTags(input, model.input, this.api, key), this.api, key);
    else for (const tag of removedTags(input, model.input)) tags.delete(tag);
    return undefined;
  }

  private remove(
    operation: AnyOperation,
    item: Item,
    input: Fields,
    context: CallContext<Store>,
  ): void {
    const all = this.definition.all(context.store);
    for (const [key, one] of all) if (one === item) all.delete(key);
    operation.after?.(item, input, context);
  }

  private async list(
    { lists = "", max = 0, among, view, besides }: AnyOperation,
    input: Fields,
    context: CallContext<Store>,
    model: OperationModel,
  ): Promise<object> {
    const keys = new Map([...this.definition.all(context.store)].map(([key, item]) => [item, key]));
    const { items, next } = pageOf(model, input, {
      // `among` is typed by the definition: it yields items of this made.
      items: (among?.(input, context) ?? keys.keys()) as Iterable<Item>,
      key: (item) => keys.get(item) ?? "",
      max,
      invalidToken: this.api.errors.invalidToken,
      code: this.api.pageSizeCode,
    });
    const shown = await Promise.all(items.map((item) => view?.(item, input, context)));
    return { ...besides?.(input, context), [lists]: shown, ...next };
  }
}
