import { randomBytes } from "node:crypto";
import type { Filter, ResourceType, Tag, TagSpecification } from "@aws-sdk/client-ec2";
import type { AwsError } from "../../../core/errors";
import type { AccessCheck } from "../../../core/service";
import type { Tags } from "../../../entities/tags";
import { api, ec2Error, invalidParameter } from "../api";
import type { FilteredOperation } from "./filterNames";
import { checkFilters, matches } from "./filters";
import type { Stored } from "../store";

/** Returns an id such as `i-0123456789abcdef0`. */
export function newId(kind: string): string {
  return `${kind}-0${randomBytes(8).toString("hex")}`;
}

/** Returns the error for a kind: `vpc` -> InvalidVpcID.NotFound, `instance` -> InvalidInstanceID.NotFound. */
export function notFound(kind: string, id: string): AwsError {
  if (kind === "instance" && !/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id))
    return ec2Error("InvalidInstanceID.Malformed", `Invalid id: "${id}"`);
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
  for (const { ResourceType: kind, Tags: list = [] } of specifications ?? [])
    if (kind === kinds[0]) checkTags(list);
  if (tags.size > MAX_TAGS) throw api.errors.tooManyTags("");
  return tags;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
export const MAX_TAGS = 50;
const MAX_KEY = 128;
const MAX_VALUE = 256;

/** @throws for reserved, repeated or too long keys, and for too long values */
export function checkTags(tags: readonly Tag[]): void {
  const keys = new Set<string>();
  for (const { Key = "", Value = "" } of tags) {
    if (/^aws:/i.test(Key)) throw api.errors.reservedTag(Key);
    if (keys.has(Key)) throw invalidParameter(`Duplicate tag key '${Key}' specified.`);
    if (Key.length > MAX_KEY)
      throw invalidParameter(`Tag key exceeds the maximum length of ${MAX_KEY} characters`);
    if (Value.length > MAX_VALUE)
      throw invalidParameter(`Tag value exceeds the maximum length of ${MAX_VALUE} characters`);
    keys.add(Key);
  }
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

/** Returns the resources that a Describe call selects by ids and filters. */
export function selectResources<Shape, One extends Stored<Shape>>(
  all: ReadonlyMap<string, One>,
  kind: string,
  ids: readonly string[] | undefined,
  operation: FilteredOperation,
  filters: readonly Filter[] | undefined,
): One[] {
  checkFilters(operation, filters);
  for (const id of ids ?? []) if (!all.has(id)) throw notFound(kind, id);
  return [...all.values()].filter(
    (one) => (!ids?.length || ids.includes(one.id)) && matches(one, operation, filters),
  );
}
