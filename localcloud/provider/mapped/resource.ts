import { isDeepStrictEqual } from "node:util";
import { loadCodec, type OperationModel, type ServiceCodec } from "../../codec/model";
import { membersOf, type Fields, type Schema } from "../../codec/schema";
import { client, type ClientSettings } from "../clients";
import {
  completing,
  ignoreGone,
  tagChanges,
  tagOutputs,
  unlessGone,
  type ResourceDefinition,
} from "../define";
import type { Properties, ProviderContext, ResourceType } from "../types";
import type { OperationName, OutputOf, RequestOf } from "../../entities/api";
import {
  attributeChanges,
  fromAttributes,
  toAttributes,
  type Attribute,
  type Attributes,
} from "./attributes";
import { tagForm } from "../../entities/tags";
import { fromWire, toWire, type Naming } from "./wire";

/** One operation (or several, in order), by name, and what the kit cannot know of it. */
type Calls<Sdk, Rest extends unknown[], Some = false> = {
  readonly [Name in OperationName<Sdk>]?: (
    ...rest: Rest
  ) => Some extends true ? Many<Partial<RequestOf<Sdk, Name>>> : RequestOf<Sdk, Name>;
};
type Many<Value> = Value | readonly Value[];

/** What a change is made of. */
export interface Change<Inputs> {
  readonly news: Inputs;
  readonly olds: Inputs;
  /** Attributes to set, in the wire's words. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface MappedResource<Sdk extends object, Inputs>
  extends
    Naming,
    Omit<ResourceDefinition<Inputs>, "inputs" | "create" | "read" | "update" | "delete"> {
  readonly inputs: readonly (keyof Inputs & string)[];
  /** What AWS adds; anything else in its answers is left out. */
  readonly outputs?: readonly string[];
  /** Properties that travel in the `Attributes` map. */
  readonly attributes?: { readonly [Property in keyof Inputs & string]?: Attribute };
  /** Attributes that AWS adds. */
  readonly toldAttributes?: Readonly<Record<string, Attribute>>;
  /** Error codes that mean: there is none. */
  readonly gone: readonly string[];
  /** The request is made from the inputs by rule; the function adds to it or takes away (undefined). */
  readonly create: Calls<Sdk, [inputs: Inputs, context: ProviderContext], true>;
  id(inputs: Inputs, output: Fields): string;
  /** Their answers are laid over each other. */
  readonly read: Calls<Sdk, [id: string, inputs: Partial<Inputs>], true>;
  /** Last word on what was read. */
  told?(found: Properties, id: string, inputs: Partial<Inputs>): Properties | undefined;
  readonly update?: Calls<Sdk, [id: string, change: Change<Inputs>], true>;
  readonly delete: Calls<Sdk, [id: string, state: Inputs & Properties]>;
  /** Operations for tags; `of` = the members that name the resource. */
  readonly tags?: {
    of(id: string, state: Properties): Fields;
    readonly tag: OperationName<Sdk>;
    readonly untag: OperationName<Sdk>;
    /** Absent: the answer to the read holds them. */
    readonly list?: OperationName<Sdk>;
  };
}

/** AWS's API behind resource types; the SDK module is loaded when the first of them is used. */
export interface AwsClient<Sdk extends object> {
  send<Name extends OperationName<Sdk>>(
    name: Name,
    input: RequestOf<Sdk, Name>,
    context: ProviderContext,
  ): Promise<OutputOf<Sdk, Name>>;
  resource<Inputs>(definition: MappedResource<Sdk, Inputs>): ResourceType;
}

export function awsClient<Sdk extends object>(sdk: () => Sdk): AwsClient<Sdk> {
  const remote = new Remote(sdk);
  return {
    send: (name, input, context) => remote.send(String(name), input as Fields, context) as never,
    resource: (definition) => resourceType(definition as unknown as AnyResource, remote),
  };
}

type AnyCalls = Readonly<Record<string, (...rest: unknown[]) => Many<Fields>>>;
type AnyResource = Omit<
  MappedResource<object, Properties>,
  "create" | "read" | "update" | "delete" | "tags"
> & {
  create: AnyCalls;
  read: AnyCalls;
  update?: AnyCalls;
  delete: AnyCalls;
  tags?: { of(id: string, state: Properties): Fields; tag: string; untag: string; list?: string };
};
type CommandClass = new (input: Fields) => object;
type ClientClass = new (settings: ClientSettings) => {
  destroy(): void;
  send(command: object): Promise<Fields>;
};

class Remote {
  private codec: ServiceCodec | undefined;
  constructor(private readonly sdk: () => object) {}

  model(name: string): OperationModel {
    this.codec ??= loadCodec(this.sdk());
    const found = this.codec.operations.get(name);
    if (!found) throw new Error(`${this.codec.id} has no operation ${name}.`);
    return found;
  }

  send(name: string, input: Fields, context: ProviderContext): Promise<Fields> {
    const all = Object.entries(this.sdk()) as [string, unknown][];
    const [, Client] = all.find(([key]) => /^[A-Z]\w*Client$/.test(key)) ?? [];
    const Command = Object.fromEntries(all)[`${name}Command`] as CommandClass;
    return client(Client as ClientClass, context).send(new Command(input));
  }
}

function resourceType(definition: AnyResource, remote: Remote): ResourceType {
  const { tags, gone, toldAttributes } = definition;
  const attributes = (definition.attributes ?? {}) as Attributes;
  const shown = new Set([
    ...definition.inputs,
    ...(definition.outputs ?? []),
    ...Object.keys(toldAttributes ?? {}),
  ]);
  const request = (name: string, inputs: Properties): Fields => {
    const wire = toWire(remote.model(name).input, inputs, definition);
    const map = toAttributes(attributes, inputs);
    return Object.keys(map).length > 0 ? { ...wire, Attributes: map } : wire;
  };
  const setTags = async (
    id: string,
    state: Properties,
    [olds, news]: [Properties["tags"], Properties["tags"]],
    context: ProviderContext,
  ): Promise<void> => {
    if (!tags) return;
    const { set, remove } = tagChanges(
      olds as Record<string, string>,
      news as Record<string, string>,
    );
    const of = tags.of(id, state);
    const form = tagForm(remote.model(tags.tag).input);
    if (form && Object.keys(set).length > 0)
      await remote.send(
        tags.tag,
        { ...of, [form.member]: form.write(Object.entries(set)) },
        context,
      );
    if (remove.length > 0)
      await remote.send(
        tags.untag,
        { ...of, ...untagging(remote.model(tags.untag), remove) },
        context,
      );
  };
  const read: ResourceType["read"] = (id, inputs, context) =>
    unlessGone(gone, async () => {
      const found: Properties = {};
      let inline: [string, string][] = [];
      for (const [name, ask] of Object.entries(definition.read)) {
        for (const input of [ask(id, inputs)].flat()) {
          const output = await remote.send(name, input as Fields, context);
          const [schema, fields] = innermost(remote.model(name).output, output);
          const told = fromWire(schema, fields, definition);
          // Of several answers, the one that tells of a property counts.
          for (const [property, value] of Object.entries(told))
            found[property] = value ?? found[property];
          const form = tagForm(schema);
          if (form) inline = form.read(fields[form.member]);
          if (output.Attributes)
            Object.assign(
              found,
              fromAttributes(
                { ...attributes, ...toldAttributes },
                output.Attributes as Record<string, string>,
              ),
            );
        }
      }
      const told = definition.told ? definition.told(found, id, inputs) : found;
      if (!told) return undefined;
      const kept = Object.entries(told).filter(([property]) => shown.has(property));
      if (!tags) return Object.fromEntries(kept);
      if (tags.list) {
        const answer = await remote.send(tags.list, tags.of(id, told), context);
        const form = tagForm(remote.model(tags.list).output);
        inline = form?.read(answer[form.member]) ?? [];
      }
      return { ...Object.fromEntries(kept), ...tagOutputs(Object.fromEntries(inline)) };
    });
  const { update } = definition;
  return {
    ...definition,
    read,
    async create(inputs, context) {
      const [[name, add]] = Object.entries(definition.create);
      const wire = { ...request(name, inputs), ...(add(inputs, context) as Fields) };
      const output = await remote.send(name, wire, context);
      const id = definition.id(inputs, output);
      // Tags that the request could not carry come after it.
      const form = tagForm(remote.model(name).input);
      if (inputs.tags && !(form && wire[form.member]))
        await completing(id, async () => {
          const state = { ...inputs, ...(await read(id, inputs, context)) };
          await setTags(id, state, [{}, inputs.tags], context);
        });
      return id;
    },
    update:
      (update || tags) &&
      (async (id, news, olds, context) => {
        const { tags: tagsNow, ...now } = news;
        const { tags: tagsBefore, ...before } = olds;
        if (update && !isDeepStrictEqual(now, before)) {
          const [[name, add]] = Object.entries(update);
          const changed = attributeChanges(attributes, olds, news);
          for (const more of [add(id, { news, olds, attributes: changed })].flat()) {
            const { Attributes: _all, ...wire } = request(name, now);
            await remote.send(name, { ...wire, ...more }, context);
          }
        }
        if (!isDeepStrictEqual(tagsNow, tagsBefore)) {
          const state = { ...news, ...(await read(id, news, context)) };
          await setTags(id, state, [tagsBefore, tagsNow], context);
        }
      }),
    async delete(id, state, context) {
      const [[name, ask]] = Object.entries(definition.delete);
      await ignoreGone(gone, () => remote.send(name, ask(id, state) as Fields, context));
    },
  };
}

/** An answer that wraps one structure, or one list of them, means what is inside. */
function innermost(schema: Schema, output: Fields): [schema: Schema, fields: Fields] {
  const members = [...membersOf(schema)];
  const structures = members.filter(([, one]) => one.isStructSchema());
  const lists = members.filter(
    ([, one]) => one.isListSchema() && one.getValueSchema().isStructSchema(),
  );
  if (members.length === 1 && structures.length === 1) {
    const [[name, inner]] = structures;
    return [inner, (output[name] ?? {}) as Fields];
  }
  if (
    lists.length === 1 &&
    members.every(([name]) => name === lists[0][0] || /token|marker/i.test(name))
  ) {
    const [[name, list]] = lists;
    return [list.getValueSchema(), ((output[name] as Fields[] | undefined)?.[0] ?? {}) as Fields];
  }
  return [schema, output];
}

/** Tags are taken away by a list of keys, or (EC2) of tags without values. */
function untagging({ input }: OperationModel, keys: readonly string[]): Fields {
  const form = tagForm(input);
  if (form) {
    const all = form.write(keys.map((key) => [key, ""])) as Fields[];
    return { [form.member]: all.map((tag) => ({ Key: tag.Key })) };
  }
  const list = [...membersOf(input)].find(([, member]) => member.isListSchema());
  return list ? { [list[0]]: keys } : {};
}
