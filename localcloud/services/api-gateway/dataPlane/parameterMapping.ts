import { lookUpText } from "./contextVariables";
import type { Exchange } from "./exchange";

/** The part of an exchange that mapping expressions of every kind may read. */
type Sources = Pick<Exchange, "context" | "stageVariables">;

/**
 * Value of the right side of a parameter mapping; undefined leaves the parameter out.
 * `special` reads the expressions that only one kind of mapping has (`method.request...`, ...).
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function sourceValue(
  source: string,
  { context, stageVariables }: Sources,
  special: (expression: string) => string | undefined,
): string | undefined {
  if (source.startsWith("'")) return source.slice(1, -1);
  if (source.startsWith("context.")) return lookUpText(context, source.slice("context.".length));
  if (source.startsWith("stageVariables."))
    return stageVariables[source.slice("stageVariables.".length)];
  return special(source);
}

/** A JSON value as a parameter: text as it is, everything else as JSON. */
export function parameterText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
