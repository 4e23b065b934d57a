// Stage variables as text. Pure: what a URI or template uses, and which stage does not define it.

/**
 * `${stageVariables.name}` in a URI, and the forms that a mapping template has beside it. A name before a parenthesis
 * is a method, such as the `keySet()` of the template that API Gateway's console offers for passing all through.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html
 */
const USES = [
  /\$\{stageVariables\.([A-Za-z0-9_]+)\}/g,
  /\$!?\{?stageVariables\.([A-Za-z0-9_]+)(?![A-Za-z0-9_(])/g,
  /\$!?\{?stageVariables(?:\.get\(|\[)\s*["']([^"']+)["']/g,
];

/** Names of the stage variables that a text uses, each once, in the order of the alphabet. */
export function stageVariablesIn(text: string): string[] {
  const names = USES.flatMap((use) => [...text.matchAll(use)].map(([, name = ""]) => name));
  return [...new Set(names)].sort();
}

/** A place where a stage variable is used, by the name of its argument. */
export interface StageVariableUse {
  readonly argument: string;
  readonly variable: string;
}

/** The uses that a stage leaves undefined: API Gateway would put nothing in their place. */
export function undefinedUses(
  uses: readonly StageVariableUse[],
  stages: Readonly<Record<string, readonly string[]>>,
): { readonly use: StageVariableUse; readonly stage: string }[] {
  return Object.entries(stages).flatMap(([stage, defined]) =>
    uses.filter(({ variable }) => !defined.includes(variable)).map((use) => ({ use, stage })),
  );
}

/** What the value of a stage variable may be: at most 512 of these characters. */
export function isStageVariableValue(value: string): boolean {
  return /^[A-Za-z0-9-._~:/?#&=,]{1,512}$/.test(value);
}
