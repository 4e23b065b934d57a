import type { Cloud } from "../../cloud/cloud";
import type { PolicyDocument, PolicyStatement } from "../../core/policyDocument";
import { rootPrincipal } from "../../core/principal";
import type { Usage } from "../../core/recorder";
import { actionMatches, matches, resourcePattern } from "../../access/match";
import { completeArn, isIncompleteArn } from "../../access/resourceFormat";
import type { TextPart } from "../../access/variables";

/** One permission of a role's policies: an action on a resource pattern. */
export interface Grant {
  readonly roleName: string;
  /** As written in the policy; `not ...` for a NotAction. */
  readonly action: string;
  /** As written in the policy; `not ...` for a NotResource. */
  readonly resource: string;
  readonly sid?: string;
  /** Checks whether it covers a used permission, ignoring conditions. */
  covers(use: Usage): boolean;
}

interface ListedRoles {
  readonly Roles: readonly Role[];
  readonly IsTruncated?: boolean;
  readonly Marker?: string;
}

interface Role {
  readonly RoleName: string;
  readonly RoleId: string;
  readonly Arn: string;
  readonly Path: string;
}

/** Returns all permissions that the inline and attached policies of the account's roles grant. */
export async function grantsOf(cloud: Cloud): Promise<readonly Grant[]> {
  const roles = await listRoles(cloud);
  return roles.flatMap((role) =>
    policiesOf(cloud, role).flatMap((document) =>
      [document.Statement]
        .flat()
        .filter(({ Effect }) => Effect === "Allow")
        .flatMap((statement) => grants(role.RoleName, statement, document.Version)),
    ),
  );
}

async function listRoles(cloud: Cloud): Promise<readonly Role[]> {
  const roles: Role[] = [];
  let Marker: string | undefined;
  do {
    const page = await cloud.call<ListedRoles>({
      service: "iam",
      operation: "ListRoles",
      input: { Marker },
      principal: rootPrincipal(cloud.accountId),
    });
    roles.push(...page.Roles);
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker !== undefined);
  // The policies of service-linked roles belong to AWS.
  return roles.filter(({ Path }) => !Path.startsWith("/aws-service-role/"));
}

function policiesOf(cloud: Cloud, role: Role): readonly PolicyDocument[] {
  return cloud.identity.identityPolicies({
    type: "role",
    accountId: cloud.accountId,
    arn: role.Arn,
    roleName: role.RoleName,
    roleArn: role.Arn,
    roleId: role.RoleId,
    sessionName: "least-privilege",
  });
}

/** Returns each action of a statement with each of its resources: every pair must be needed. */
function grants(roleName: string, statement: PolicyStatement, version?: string): Grant[] {
  return actionsOf(statement).flatMap((action) =>
    resourcesOf(statement, version).map((resource) => ({
      roleName,
      action: action.text,
      resource: resource.text,
      sid: statement.Sid,
      covers: (use) =>
        use.roleName === roleName && action.covers(use.action) && resource.covers(use.resource),
    })),
  );
}

interface Element {
  readonly text: string;
  covers(value: string): boolean;
}

function actionsOf({ Action, NotAction = [] }: PolicyStatement): Element[] {
  const covers = (action: string) => (value: string) => actionMatches(action, value);
  if (Action) return [Action].flat().map((action) => ({ text: action, covers: covers(action) }));
  const excluded = [NotAction].flat();
  const isExcluded = (value: string): boolean => excluded.some((action) => covers(action)(value));
  return [{ text: `not ${excluded.join(", ")}`, covers: (value) => !isExcluded(value) }];
}

function resourcesOf({ Resource, NotResource = [] }: PolicyStatement, version?: string): Element[] {
  const covers = (resource: string) => (value: string) => {
    const arn = isIncompleteArn(resource) ? completeArn(resource) : resource;
    return matches(resourcePattern(withAnyValues(arn, version)), value);
  };
  if (Resource) return [Resource].flat().map((text) => ({ text, covers: covers(text) }));
  const excluded = [NotResource].flat();
  const isExcluded = (value: string): boolean => excluded.some((text) => covers(text)(value));
  return [{ text: `not ${excluded.join(", ")}`, covers: (value) => !isExcluded(value) }];
}

/**
 * Replaces policy variables by wildcards, since a request may have any value; `${*}`, `${?}` and `${$}` are literals.
 */
function withAnyValues(resource: string, version?: string): TextPart[] {
  if (version !== "2012-10-17") return [{ text: resource, literal: false }];
  return resource
    .split(/(\$\{[^{}]*\})/)
    .filter((text) => text !== "")
    .map((text) => {
      const [, name] = /^\$\{([^{}]*)\}$/.exec(text) ?? [];
      if (name === undefined) return { text, literal: false };
      return /^[*?$]$/.test(name) ? { text: name, literal: true } : { text: "*", literal: false };
    });
}
