import type { PatchOperation } from "@aws-sdk/client-api-gateway";

export const deploymentOnlyModule = true;

/** The stage variables of a stage, by name. */
export type Variables = Readonly<Record<string, string>>;

/**
 * Returns the patch that gives a stage these variables; variables that this package did not set are kept.
 * https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateStage-Patch
 *
 * @param now the stage's present variables.
 * @param known variables that this package set before: those not in `to` are removed.
 */
export function variableChanges(
  now: Variables,
  to: Variables,
  known: Variables = {},
): PatchOperation[] {
  return Object.keys({ ...known, ...to }).flatMap((name): PatchOperation[] => {
    if (now[name] === to[name]) return [];
    const path = `/variables/${name}`;
    return name in to ? [{ op: "replace", path, value: to[name] }] : [{ op: "remove", path }];
  });
}
