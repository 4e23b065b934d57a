import type * as pulumi from "@pulumi/pulumi";
import { asError } from "../core/errors";
import {
  PartialFailure,
  type Autoname,
  type CheckFailure,
  type Properties,
  type ProviderContext,
  type ResourceType,
} from "./types";

/** The plain shape of a resource's typed arguments, e.g. `Args<RoleArgs>`. */
export type Args<T> = pulumi.Unwrap<T>;

/** A resource type with the typed arguments of `@pulumi/aws`; see ResourceType for each member. */
export interface ResourceDefinition<Inputs> {
  readonly token: string;
  readonly autoname?: Omit<Autoname, "suffix"> & { suffix?(inputs: Inputs): string };
  readonly inputs: readonly (keyof Inputs & string)[];
  readonly computed?: readonly string[];
  readonly volatileOutputs?: readonly string[];
  readonly required?: readonly (keyof Inputs & string)[];
  readonly defaults?: Properties;
  readonly replaceOn?: readonly string[];
  isReplaced?(inputs: Inputs): boolean;
  readonly deleteBeforeReplace?: boolean;
  readonly secretOutputs?: readonly string[];
  readonly jsonInputs?: readonly (keyof Inputs & string)[];
  check?(inputs: Inputs): readonly CheckFailure[];
  importKey?(id: string): Partial<Inputs> | undefined;
  create(inputs: Inputs, context: ProviderContext): Promise<string>;
  read(
    id: string,
    inputs: Partial<Inputs>,
    context: ProviderContext,
  ): Promise<Properties | undefined>;
  update?(id: string, news: Inputs, olds: Inputs, context: ProviderContext): Promise<void>;
  delete(id: string, state: Inputs & Properties, context: ProviderContext): Promise<void>;
}

/** The only place where untyped property maps become typed: `@pulumi/aws` has checked the types in the program. */
export function defineResource<Inputs>(definition: ResourceDefinition<Inputs>): ResourceType {
  return definition as unknown as ResourceType;
}

/** Runs the steps that complete a resource which already exists under `id`: if one fails, the resource still exists. */
export async function completing(id: string, steps: () => Promise<void>): Promise<string> {
  try {
    await steps();
    return id;
  } catch (error) {
    throw new PartialFailure(id, {}, asError(error));
  }
}

/** Runs a read and turns AWS's "not found" errors into undefined. */
export async function unlessGone<T>(
  codes: readonly string[],
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isAwsError(error, codes)) return undefined;
    throw error;
  }
}

/** Runs a deletion; a resource that is already gone is no error. */
export async function ignoreGone(
  codes: readonly string[],
  remove: () => Promise<unknown>,
): Promise<void> {
  await unlessGone(codes, remove);
}

export function isAwsError(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes(error.name);
}

/**
 * Retries while AWS reports that something just written is not visible everywhere yet (a new role that cannot be
 * assumed, a permission that is not effective), like the real provider does.
 */
export async function untilConsistent<T>(
  retry: (error: Error) => boolean,
  work: () => Promise<T>,
  attempts = 6,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error) || attempt >= attempts || !retry(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt));
    }
  }
}

/** Attempts to delete what is still used: they take up to half a minute. */
const MOST_DELETIONS = 9;

/** Retries a deletion while AWS reports with one of these codes that something still uses the resource. */
export function untilUnused<T>(codes: readonly string[], work: () => Promise<T>): Promise<T> {
  return untilConsistent((error) => isAwsError(error, codes), work, MOST_DELETIONS);
}

/** Returns tags as a list of pairs, with the service's key names. */
export function tagList(
  tags: Readonly<Record<string, string>> | undefined,
): { Key: string; Value: string }[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

/** Returns the outputs `tags` and `tagsAll` from AWS's answer; without any tags `tags` is absent. */
export function tagOutputs(
  tags: { Key?: string; Value?: string }[] | Record<string, string> | undefined,
): { tags: Record<string, string> | undefined; tagsAll: Record<string, string> } {
  const tagsAll = Array.isArray(tags)
    ? Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]))
    : (tags ?? {});
  return { tags: Object.keys(tagsAll).length > 0 ? tagsAll : undefined, tagsAll };
}

/** Returns the tags to set and the keys to remove, to get from `olds` to `news`. */
export function tagChanges(
  olds: Readonly<Record<string, string>> | undefined,
  news: Readonly<Record<string, string>> | undefined,
): { set: Record<string, string>; remove: string[] } {
  const set = Object.fromEntries(
    Object.entries(news ?? {}).filter(([key, value]) => olds?.[key] !== value),
  );
  return { set, remove: Object.keys(olds ?? {}).filter((key) => news?.[key] === undefined) };
}
