import type { Cloud } from "../../cloud/cloud";
import { matches, textPattern } from "../../access/match";
import { table } from "../table";
import { type Grant, grantsOf } from "./grants";

/** A permission of a role that no call used. */
export interface UnusedPermission {
  readonly roleName: string;
  /** Pattern, as written in the policy. */
  readonly action: string;
  /** Pattern, as written in the policy. */
  readonly resource: string;
  /** Sid of the statement, if it has one. */
  readonly sid?: string;
}

/** A grant that is allowed although no test uses it. The fields are patterns in which `*` is any text. */
export interface PermissionException {
  /** Short name for reports, e.g. `xray-daemon`. */
  readonly id: string;
  /** Why the role keeps it. */
  readonly reason: string;
  /** Default: every role. */
  readonly roleName?: string;
  readonly action: string;
  /** Default: every resource. */
  readonly resource?: string;
}

export interface UnusedPermissionsOptions {
  /** Names of the roles to check, as patterns. Default: every role of the account that is not service-linked. */
  readonly roles?: readonly string[];
  readonly exceptions?: readonly PermissionException[];
}

/**
 * Returns the grants that no recorded, allowed call has used since the cloud started. Actions and resources match by
 * IAM's wildcard rules; conditions are ignored. An empty list after the whole test suite proves least privilege.
 *
 * @throws StaleException for an exception that matches no unused grant any more: remove it.
 */
export async function unusedPermissions(
  cloud: Cloud,
  options: UnusedPermissionsOptions = {},
): Promise<readonly UnusedPermission[]> {
  const { roles = ["*"], exceptions = [] } = options;
  const used = cloud.recorder.usage().filter(({ allowed }) => allowed > 0);
  const unused = (await grantsOf(cloud)).filter(
    (grant) =>
      roles.some((role) => fits(role, grant.roleName)) && !used.some((use) => grant.covers(use)),
  );
  const stale = exceptions.filter(
    (exception) => !unused.some((grant) => excuses(exception, grant)),
  );
  if (stale.length > 0) throw new StaleException(stale);
  return unused
    .filter((grant) => !exceptions.some((exception) => excuses(exception, grant)))
    .map(({ roleName, action, resource, sid }) => ({
      roleName,
      action,
      resource,
      ...(sid !== undefined && { sid }),
    }));
}

/** Thrown for exceptions whose grants are used now, or no longer exist. */
export class StaleException extends Error {
  override readonly name = "StaleException";

  constructor(readonly exceptions: readonly PermissionException[]) {
    const list = exceptions.map(({ id, action, reason }) => `${id} (${action}: ${reason})`);
    super(`No longer needed, so remove: ${list.join("; ")}.`);
  }
}

/** Formats unused permissions as a table; without any, as a plain sentence. */
export function formatUnusedPermissions(unused: readonly UnusedPermission[]): string {
  if (unused.length === 0) return "Every granted permission was used.";
  const rows = unused.map(({ roleName, sid = "", action, resource }) => [
    roleName,
    sid,
    action,
    resource,
  ]);
  return table(["role", "statement", "unused action", "resource"], rows);
}

function excuses(exception: PermissionException, grant: Grant): boolean {
  const { roleName = "*", action, resource = "*" } = exception;
  return (
    fits(roleName, grant.roleName) && fits(action, grant.action) && fits(resource, grant.resource)
  );
}

/** Checks a text against a pattern. Wildcards in the text are literal: it is policy text that may contain some. */
function fits(pattern: string, text: string): boolean {
  return matches(textPattern([{ text: pattern, literal: false }]), text);
}
