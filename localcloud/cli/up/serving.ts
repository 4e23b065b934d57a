import type { ResourceState } from "../../engine/state/state";
import { nameOf } from "../../engine/state/urn";

const ALIAS = "aws:lambda/alias:Alias";

/**
 * Returns which version each of these functions serves: `greeting version 3 at stage, version 1 at prod`; a function
 * without aliases serves what was deployed last.
 */
export function servedBy(
  functions: readonly ResourceState[],
  resources: readonly ResourceState[],
): string {
  return functions
    .map((of) => {
      const places = resources
        .filter(({ type, outputs }) => type === ALIAS && isOf(outputs.functionName, of))
        .map(
          ({ outputs }) => `version ${String(outputs.functionVersion)} at ${String(outputs.name)}`,
        );
      return [nameOf(of.urn), places.join(", ")].filter(Boolean).join(" ");
    })
    .join("; ");
}

/** Checks whether an alias belongs to a function, which it names by name or ARN. */
function isOf(functionName: unknown, { outputs }: ResourceState): boolean {
  return functionName === outputs.name || functionName === outputs.arn;
}
