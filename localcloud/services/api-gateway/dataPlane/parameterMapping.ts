import { lookUpText } from "./contextVariables";
import type { Exchange } from "./exchange";

/** The parts of an exchange that all kinds of mapping expressions can read. */
type Sources = Pick<Exchange, "context" | "stageVariables">;

/**
 * Returns the value of a parameter mapping's right side; undefined omits the parameter. `special` evaluates
 * expressions that only one kind of mapping supports (`method.request...`, ...).
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

/** Converts a JSON value to a parameter: a string stays as it is, everything else becomes JSON. */
export function parameterText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
