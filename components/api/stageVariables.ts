// Stage variables in texts: which ones a URI or template uses, and which ones a stage does not define. Pure.

/**
 * `${stageVariables.name}` in a URI, and the further forms in a mapping template. A name before a parenthesis is a
 * method, such as `keySet()` in the template that API Gateway's console offers for passing everything through.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html
 */
const USES = [
  /\$\{stageVariables\.([A-Za-z0-9_]+)\}/g,
  /\$!?\{?stageVariables\.([A-Za-z0-9_]+)(?![A-Za-z0-9_(])/g,
  /\$!?\{?stageVariables(?:\.get\(|\[)\s*["']([^"']+)["']/g,
];

/** Returns the names of the stage variables that a text uses, each once, in alphabetical order. */
export function stageVariablesIn(text: string): string[] {
  const names = USES.flatMap((use) => [...text.matchAll(use)].map(([, name = ""]) => name));
  return [...new Set(names)].sort();
}

/** A place where a stage variable is used, with the name of the argument. */
export interface StageVariableUse {
  readonly argument: string;
  readonly variable: string;
}

/** Returns the uses that a stage does not define: API Gateway would replace them with nothing. */
export function undefinedUses(
  uses: readonly StageVariableUse[],
  stages: Readonly<Record<string, readonly string[]>>,
): { readonly use: StageVariableUse; readonly stage: string }[] {
  return Object.entries(stages).flatMap(([stage, defined]) =>
    uses.filter(({ variable }) => !defined.includes(variable)).map((use) => ({ use, stage })),
  );
}

/** Checks whether a value is allowed for a stage variable: at most 512 of these characters. */
export function isStageVariableValue(value: string): boolean {
  return /^[A-Za-z0-9-._~:/?#&=,]{1,512}$/.test(value);
}
