import type { CallContext } from "../../../core/service";
import { functionNotFound } from "./errors";
import { functionArn, parseReference } from "./functionReference";
import type { FunctionVersion, LambdaFunction } from "./model";
import type { LambdaStore } from "../store";

export type LambdaContext = CallContext<LambdaStore>;

/** A function that a request names, with the requested version or alias. */
export interface ResolvedFunction {
  readonly target: LambdaFunction;
  readonly qualifier?: string;
}

/** Finds the function of a request without looking up its qualifier. Throws ResourceNotFoundException. */
export function findFunction(
  input: { FunctionName?: string; Qualifier?: string },
  context: LambdaContext,
): ResolvedFunction {
  const { name, qualifier } = parseReference(input.FunctionName, context, input.Qualifier);
  const target = context.store.functions.get(name);
  if (!target) throw functionNotFound(functionArn(context, name, qualifier));
  return { target, qualifier };
}

/** Finds the function of a request and the version that its qualifier points to. */
export function findVersion(
  input: { FunctionName?: string; Qualifier?: string },
  context: LambdaContext,
): ResolvedFunction & { readonly version: FunctionVersion } {
  const { target, qualifier } = findFunction(input, context);
  const version = resolveVersion(target, qualifier);
  if (!version) throw functionNotFound(functionArn(context, target.name, qualifier));
  return { target, qualifier, version };
}

/**
 * Returns the version that a qualifier points to, or undefined if it does not exist. With `random`, a weighted alias
 * picks one of its two versions; without it, always the first.
 */
export function resolveVersion(
  target: LambdaFunction,
  qualifier: string | undefined,
  random?: () => number,
): FunctionVersion | undefined {
  if (qualifier === undefined || qualifier === "$LATEST") return target.latest;
  const alias = target.aliases.get(qualifier);
  if (!alias) return publishedVersion(target, qualifier);
  const [other] = Object.entries(alias.weights ?? {});
  const number = random && other && random() < other[1] ? other[0] : alias.version;
  return number === "$LATEST" ? target.latest : publishedVersion(target, number);
}

export function publishedVersion(
  target: LambdaFunction,
  number: string,
): FunctionVersion | undefined {
  return target.published.find(({ version }) => version === number);
}
