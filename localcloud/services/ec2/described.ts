import { randomBytes } from "node:crypto";
import type { Filter, ResourceType, Tag, TagSpecification } from "@aws-sdk/client-ec2";
import type { AwsError } from "../../core/errors";
import type { AccessCheck } from "../../core/service";
import type { Tags } from "../../entities/tags";
import { api, ec2Error, invalidParameter } from "./api";
import type { Stored } from "./store";

/** Returns an id such as `i-0123456789abcdef0`. */
export function newId(kind: string): string {
  return `${kind}-0${randomBytes(8).toString("hex")}`;
}

/** Returns the error for a kind: `vpc` -> InvalidVpcID.NotFound, `instance` -> InvalidInstanceID.NotFound. */
export function notFound(kind: string, id: string): AwsError {
  const word = kind[0].toUpperCase() + kind.slice(1);
  return ec2Error(`Invalid${word}ID.NotFound`, `The ${kind} ID '${id}' does not exist`);
}

/** Returns the tags that a request specifies for the new resource. @throws for another resource type */
export function givenTags(
  specifications: readonly TagSpecification[] | undefined,
  ...kinds: ResourceType[]
): Tags {
  const tags: Tags = new Map();
  for (const { ResourceType: kind, Tags: list = [] } of specifications ?? []) {
    if (kind === undefined || !kinds.includes(kind))
      throw invalidParameter(`'${kind}' is not a valid taggable resource type for this operation.`);
    if (kind === kinds[0]) for (const { Key = "", Value = "" } of list) tags.set(Key, Value);
  }
  return tags;
}

/** Does the same for callers other than AWS services, which may not use the reserved keys `aws:*`. */
export function tagsOfNewResource(
  specifications: readonly TagSpecification[] | undefined,
  ...kinds: ResourceType[]
): Tags {
  const tags = givenTags(specifications, ...kinds);
  for (const key of tags.keys()) if (/^aws:/i.test(key)) throw api.errors.reservedTag(key);
  if (tags.size > 50) throw api.errors.tooManyTags("");
  return tags;
}

/** Returns the condition keys for the tags in a create request. */
export function requestTags(
  specifications: readonly TagSpecification[] | undefined,
): NonNullable<AccessCheck["context"]> {
  return requestTagContext((specifications ?? []).flatMap(({ Tags = [] }) => Tags));
}

export function requestTagContext(tags: readonly Tag[]): NonNullable<AccessCheck["context"]> {
  if (tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map(({ Key, Value = "" }) => [`aws:RequestTag/${Key}`, Value])),
    "aws:TagKeys": tags.map(({ Key = "" }) => Key),
  };
}

export function tagList(tags: Tags): Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

export function shown<Shape>({ shape, tags }: Stored<Shape>): Shape & { Tags: Tag[] } {
  return { ...shape, Tags: tagList(tags) };
}

/**
 * Returns the resources that a Describe call selects by ids and filters. A filter's name is the kebab case of the
 * member that it matches.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
 */
export function selectResources<Shape, One extends Stored<Shape>>(
  all: ReadonlyMap<string, One>,
  kind: string,
  ids: readonly string[] | undefined,
  filters: readonly Filter[] | undefined,
  aliases: Readonly<Record<string, string>> = ALIASES,
): One[] {
  for (const id of ids ?? []) if (!all.has(id)) throw notFound(kind, id);
  return [...all.values()].filter(
    (one) => (!ids?.length || ids.includes(one.id)) && matches(one, filters ?? [], aliases),
  );
}

export function matches(
  one: Stored<unknown>,
  filters: readonly Filter[],
  aliases: Readonly<Record<string, string>>,
): boolean {
  return filters.every(({ Name = "", Values = [] }) =>
    valuesOf(one, Name, aliases).some((value) => Values.some((wanted) => isLike(value, wanted))),
  );
}

/**
 * Returns the values that a filter matches: `instance-state-name` is `State.Name`, `vpc-id` is `VpcId`,
 * `group.group-id` looks into lists.
 */
function valuesOf(
  { shape, tags }: Stored<unknown>,
  name: string,
  aliases: Readonly<Record<string, string>>,
): string[] {
  if (name === "tag-key") return [...tags.keys()];
  if (name.startsWith("tag:")) return [tags.get(name.slice(4))].filter((one) => one !== undefined);
  const path = aliases[name] ?? name;
  let found: unknown[] = [shape];
  for (const part of path.split(".")) {
    const wanted = part.replaceAll("-", "").toLowerCase();
    found = found.flatMap((one) =>
      Object.entries(one ?? {}).flatMap(([key, value]): unknown[] =>
        [wanted, `is${wanted}`, `${wanted}s`].includes(key.toLowerCase()) ? [value].flat() : [],
      ),
    );
  }
  return found.map(String);
}

/** Filters whose names differ from the member that they match. */
const ALIASES: Readonly<Record<string, string>> = {
  cidr: "cidr-block",
  "instance-state-name": "state.name",
  "instance.group-id": "security-groups.group-id",
  isDefault: "default",
};

/** Matches a pattern: `*` is any number of characters, `?` is one character. */
function isLike(value: string, wanted: string): boolean {
  const pattern = wanted
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern}$`, "s").test(value);
}
