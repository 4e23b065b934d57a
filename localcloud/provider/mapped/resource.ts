import { isDeepStrictEqual } from "node:util";
import type { OperationModel } from "../../codec/model/serviceCodec";
import { membersOf, type Fields, type Schema } from "../../codec/model/schema";
import { tagForm } from "../../entities/tags";
import { completing, ignoreGone, tagChanges, tagOutputs, unlessGone, untilUnused } from "../define";
import type { Properties, ProviderContext, ResourceType } from "../types";
import { attributeChanges, fromAttributes, toAttributes, type Attributes } from "./attributes";
import type { AnyResource, AwsClient } from "./definition";
import { Remote } from "./remote";
import { fromWire, toWire } from "./wire";

export function awsClient<Sdk extends object>(sdk: () => Sdk): AwsClient<Sdk> {
  const remote = new Remote(sdk);
  return {
    // `Sdk` has typed the names and shapes; the request itself accepts any.
    send: (name, input, context) => remote.send(String(name), input as Fields, context) as never,
    resource: (definition) => new Mapped(definition as unknown as AnyResource, remote).type(),
  };
}

/** Runs one definition. */
class Mapped {
  private readonly attributes: Attributes;
  private readonly shown: ReadonlySet<string>;

  constructor(
    private readonly definition: AnyResource,
    private readonly remote: Remote,
  ) {
    this.attributes = (definition.attributes ?? {}) as Attributes;
    this.shown = new Set([
      ...definition.inputs,
      ...(definition.outputs ?? []),
      ...Object.keys(definition.attributeOutputs ?? {}),
    ]);
  }

  type(): ResourceType {
    const { definition } = this;
    const changes = definition.update ?? definition.tags ?? definition.complete;
    return {
      ...definition,
      create: (inputs, context) => this.create(inputs, context),
      read: (id, inputs, context) =>
        unlessGone(definition.gone, () => this.read(id, inputs, context)),
      update: changes && ((id, news, olds, context) => this.update(id, news, olds, context)),
      delete: async (id, state, context) => {
        const [[name, ask]] = Object.entries(definition.delete);
        for (const input of [ask(id, state)].flat())
          await ignoreGone(definition.gone, () =>
            untilUnused(definition.busy ?? [], () => this.remote.send(name, input, context)),
          );
      },
    };
  }

  private async create(inputs: Properties, context: ProviderContext): Promise<string> {
    const { definition, remote } = this;
    const [[name, add]] = Object.entries(definition.create);
    const wire = { ...this.request(name, inputs), ...(add(inputs, context) as Fields) };
    const output = await remote.send(name, wire, context);
    const id = definition.id(inputs, output);
    const form = tagForm(remote.model(name).input);
    return completing(id, async () => {
      await definition.complete?.(id, { news: inputs }, context);
      // Tags that the request cannot contain are set after it.
      if (inputs.tags && !(form && wire[form.member]))
        await this.setTags(id, inputs, [{}, inputs.tags], context);
    });
  }

  private async read(
    id: string,
    inputs: Properties,
    context: ProviderContext,
  ): Promise<Properties | undefined> {
    const { definition, remote } = this;
    const { tags } = definition;
    const found: Properties = {};
    let inline: [string, string][] = [];
    for (const [name, ask] of Object.entries(definition.read))
      for (const input of [ask(id, inputs)].flat()) {
        const output = await remote.send(name, input, context);
        const [schema, fields] = innermost(
          remote.model(name).output,
          output,
          definition.wraps === undefined,
        );
        // Of several answers, one that contains a property takes precedence.
        for (const [property, value] of Object.entries(fromWire(schema, fields, definition)))
          found[property] = value ?? found[property];
        const form = tagForm(schema);
        if (form) inline = form.read(fields[form.member]);
        if (output.Attributes) Object.assign(found, this.fromTexts(output.Attributes as Texts));
      }
    const outputs = definition.outputsFrom ? definition.outputsFrom(found, id, inputs) : found;
    if (!outputs) return undefined;
    const kept = Object.entries(outputs).filter(([property]) => this.shown.has(property));
    if (!tags) return Object.fromEntries(kept);
    if (tags.list) {
      const answer = await remote.send(tags.list, tags.of(id, outputs), context);
      const form = tagForm(remote.model(tags.list).output);
      inline = form?.read(answer[form.member]) ?? [];
    }
    return { ...Object.fromEntries(kept), ...tagOutputs(Object.fromEntries(inline)) };
  }

  private async update(
    id: string,
    news: Properties,
    olds: Properties,
    context: ProviderContext,
  ): Promise<void> {
    const { update, complete } = this.definition;
    const { tags: tagsNow, ...now } = news;
    const { tags: tagsBefore, ...before } = olds;
    if (!isDeepStrictEqual(now, before)) {
      for (const [name, add] of Object.entries(update ?? {})) {
        const attributes = attributeChanges(this.attributes, olds, news);
        for (const more of [add(id, { news, olds, attributes })].flat()) {
          const { Attributes: _all, ...wire } = this.request(name, now);
          await this.remote.send(name, { ...wire, ...more }, context);
        }
      }
      await complete?.(id, { news, olds }, context);
    }
    if (!isDeepStrictEqual(tagsNow, tagsBefore))
      await this.setTags(id, news, [tagsBefore, tagsNow], context);
  }

  private request(name: string, inputs: Properties): Fields {
    const { wraps } = this.definition;
    const schema = this.remote.model(name).input;
    const wire = toWire(schema, inputs, this.definition);
    for (const [member, inner] of membersOf(schema))
      if (member === wraps) wire[member] = toWire(inner, inputs, this.definition);
    const map = toAttributes(this.attributes, inputs);
    return Object.keys(map).length > 0 ? { ...wire, Attributes: map } : wire;
  }

  private fromTexts(texts: Texts): Properties {
    return fromAttributes({ ...this.attributes, ...this.definition.attributeOutputs }, texts);
  }

  private async setTags(
    id: string,
    inputs: Properties,
    [olds, news]: [unknown, unknown],
    context: ProviderContext,
  ): Promise<void> {
    const { definition, remote } = this;
    const { tags } = definition;
    if (!tags) return;
    const { set, remove } = tagChanges(olds as Texts | undefined, news as Texts | undefined);
    const read = await unlessGone(definition.gone, () => this.read(id, inputs, context));
    const of = tags.of(id, { ...inputs, ...read });
    const form = tagForm(remote.model(tags.tag).input);
    if (form && Object.keys(set).length > 0) {
      const given = { [form.member]: form.write(Object.entries(set)) };
      await remote.send(tags.tag, { ...of, ...given }, context);
    }
    if (remove.length > 0) {
      const given = untagging(remote.model(tags.untag), remove);
      await remote.send(tags.untag, { ...of, ...given }, context);
    }
  }
}

type Texts = Record<string, string>;

/** Unwraps an answer that contains only one structure, or one list of them. */
function innermost(
  schema: Schema,
  output: Fields,
  mayBeList: boolean,
): [schema: Schema, fields: Fields] {
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
    mayBeList &&
    lists.length === 1 &&
    members.every(([name]) => name === lists[0][0] || /token|marker/i.test(name))
  ) {
    const [[name, list]] = lists;
    return [list.getValueSchema(), (output[name] as Fields[] | undefined)?.[0] ?? {}];
  }
  return [schema, output];
}

/** Tags are removed by a list of keys, or (EC2) by tags without values. */
function untagging({ input }: OperationModel, keys: readonly string[]): Fields {
  const form = tagForm(input);
  if (form) {
    const all = form.write(keys.map((key) => [key, ""])) as Fields[];
    return { [form.member]: all.map((tag) => ({ Key: tag.Key })) };
  }
  const list = [...membersOf(input)].find(([, member]) => member.isListSchema());
  return list ? { [list[0]]: keys } : {};
}
