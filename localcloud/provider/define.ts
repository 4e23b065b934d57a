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

/** A resource type written against the typed arguments of `@pulumi/aws`; see ResourceType for each member. */
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

/** The one place where property maps become typed: `@pulumi/aws` has typed what the program passed. */
export function defineResource<Inputs>(definition: ResourceDefinition<Inputs>): ResourceType {
  return definition as unknown as ResourceType;
}

/** The steps that complete a resource which exists already under `id`: when one fails, it still exists. */
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

/** Runs a deletion; what is already gone is fine. */
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
 * Tries again while AWS says that something just written is not yet seen everywhere (a new role that
 * cannot be assumed, a permission that is not effective), as the real provider does.
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

/** Tags as a list of pairs, with the key names of the service. */
export function tagList(
  tags: Readonly<Record<string, string>> | undefined,
): { Key: string; Value: string }[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

/** The output `tags` and `tagsAll` of what AWS answered; no tags at all is an absent `tags`. */
export function tagOutputs(
  tags: { Key?: string; Value?: string }[] | Record<string, string> | undefined,
): { tags: Record<string, string> | undefined; tagsAll: Record<string, string> } {
  const tagsAll = Array.isArray(tags)
    ? Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]))
    : (tags ?? {});
  return { tags: Object.keys(tagsAll).length > 0 ? tagsAll : undefined, tagsAll };
}

/** Tags to set and keys to remove so that `olds` becomes `news`. */
export function tagChanges(
  olds: Readonly<Record<string, string>> | undefined,
  news: Readonly<Record<string, string>> | undefined,
): { set: Record<string, string>; remove: string[] } {
  const set = Object.fromEntries(
    Object.entries(news ?? {}).filter(([key, value]) => olds?.[key] !== value),
  );
  return { set, remove: Object.keys(olds ?? {}).filter((key) => news?.[key] === undefined) };
}
