import { AwsError } from "../../../core/errors";
import type { PolicyDocument } from "../../../core/policyDocument";
import { awsManagedPolicy } from "./awsManagedPolicies";
import { noSuchEntity } from "./errors";
import type {
  IamStore,
  InstanceProfileRecord,
  PolicyRecord,
  PolicyVersionRecord,
  RoleRecord,
  UserRecord,
} from "../store";

export function roleNamed(store: IamStore, name: string | undefined): RoleRecord {
  const role = store.roles.get(name ?? "");
  if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/**
 * Finds a role to change. One that a service owns is refused:
 * https://github.com/rebuy-de/aws-nuke/issues/331 and https://github.com/gruntwork-io/cloud-nuke/issues/880
 */
export function ownRole(store: IamStore, name: string | undefined): RoleRecord {
  const role = roleNamed(store, name);
  if (role.serviceLinked)
    throw new AwsError(
      "UnmodifiableEntity",
      `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
      { status: 400 },
    );
  return role;
}

export function userNamed(store: IamStore, name: string | undefined): UserRecord {
  const user = store.users.get(name ?? "");
  if (!user) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return user;
}

export function instanceProfileNamed(
  store: IamStore,
  name: string | undefined,
): InstanceProfileRecord {
  const profile = store.instanceProfiles.get(name ?? "");
  if (!profile) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return profile;
}

/** Finds a managed policy of this account or of AWS. */
export function findPolicy(store: IamStore, arn: string | undefined): PolicyRecord | undefined {
  return store.policies.get(arn ?? "") ?? awsManagedPolicy(arn ?? "");
}

export function policyWithArn(store: IamStore, arn: string | undefined): PolicyRecord {
  const policy = findPolicy(store, arn);
  if (!policy) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

/** Finds a policy that this account can change; it cannot change AWS managed ones. */
export function customerPolicy(store: IamStore, arn: string | undefined): PolicyRecord {
  const policy = policyWithArn(store, arn);
  if (awsManagedPolicy(policy.arn))
    throw new AwsError("AccessDenied", `Policy ${arn} is managed by AWS and cannot be changed.`, {
      status: 403,
    });
  return policy;
}

export function versionOf(
  policy: PolicyRecord,
  versionId: string | undefined,
): PolicyVersionRecord {
  const version = policy.versions.get(versionId ?? "");
  if (!version) throw noSuchVersion(policy.arn, versionId);
  return version;
}

export function noSuchVersion(arn: string | undefined, versionId: string | undefined): AwsError {
  return noSuchEntity(`Policy ${arn} version ${versionId} does not exist or is not attachable.`);
}

export function defaultVersion(policy: PolicyRecord): PolicyVersionRecord {
  const version = policy.versions.get(policy.defaultVersionId);
  if (!version) throw new Error(`${policy.arn} has no version ${policy.defaultVersionId}`);
  return version;
}

/**
 * Returns the default version's document of a customer or AWS managed policy; undefined if the policy does not exist.
 */
export function policyDocumentOf(store: IamStore, arn: string): PolicyDocument | undefined {
  const policy = findPolicy(store, arn);
  return policy && defaultVersion(policy).policy.document;
}

/** Refuses an ARN that cannot be attached; an AWS managed policy must be one of those included here. */
export function requireAttachable(store: IamStore, arn: string): void {
  if (policyDocumentOf(store, arn)) return;
  const missing = arn.startsWith("arn:aws:iam::aws:policy/")
    ? " The local cloud does not have this AWS managed policy: " +
      "see localcloud/services/iam/model/awsManagedPolicies.ts for those it has."
    : "";
  throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.${missing}`);
}

/** Returns how many roles and users have the policy attached. */
export function attachmentCount(store: IamStore, arn: string): number {
  return [...store.roles.values(), ...store.users.values()].filter((identity) =>
    identity.attachedPolicies.has(arn),
  ).length;
}

export function boundaryCount(store: IamStore, arn: string): number {
  return [...store.roles.values(), ...store.users.values()].filter(
    (identity) => identity.permissionsBoundary === arn,
  ).length;
}
