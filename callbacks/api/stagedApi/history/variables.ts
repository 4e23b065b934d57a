import type { PatchOperation } from "@aws-sdk/client-api-gateway";

export const deploymentOnlyModule = true;

/** The stage variables of a stage, by their names. */
export type Variables = Readonly<Record<string, string>>;

/**
 * What gives a stage these variables; those that nobody here has set stay.
 * https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateStage-Patch
 *
 * @param now what the stage has.
 * @param known what else was set for it: it goes.
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
