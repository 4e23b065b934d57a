import type { Tag } from "@aws-sdk/client-iam";
import type { AccessCheck } from "../../../core/service";
import type { ContextValues } from "../../../access/context";
import type { IamContext } from "./operation";
import type { Tags } from "../store";

/** Kind of resource of an IAM action, as in its ARN. */
export type IamResource = "role" | "user" | "policy" | "instance-profile";

/** Returns `arn:aws:iam::<account>:<kind><path><name>`. */
export function iamArn(
  kind: IamResource,
  at: { readonly accountId: string },
  name: string,
  path = "/",
): string {
  return `arn:aws:iam::${at.accountId}:${kind}${path}${name}`;
}

/** Returns the check of `iam:<action>` on the role in the input, with IAM's condition keys. */
export function onRole(
  action: string,
  keys: (input: never) => ContextValues = () => ({}),
): (input: { RoleName?: string }, context: IamContext) => readonly AccessCheck[] {
  return (input, context) => {
    const role = context.store.roles.get(input.RoleName ?? "");
    const resource = role?.arn ?? iamArn("role", context, input.RoleName ?? "");
    // `keys` reads other members of the same input; its own type annotation names them.
    const extra = keys(input as never);
    return [check(action, resource, { ...resourceTags(role?.tags), ...boundary(role), ...extra })];
  };
}

export function onUser(
  action: string,
  keys: (input: never) => ContextValues = () => ({}),
): (input: { UserName?: string }, context: IamContext) => readonly AccessCheck[] {
  return (input, context) => {
    const user = context.store.users.get(input.UserName ?? callerName(context) ?? "");
    const resource = user?.arn ?? iamArn("user", context, input.UserName ?? "");
    const extra = keys(input as never);
    return [check(action, resource, { ...resourceTags(user?.tags), ...boundary(user), ...extra })];
  };
}

export function onPolicy(
  action: string,
  keys: (input: never) => ContextValues = () => ({}),
): (input: { PolicyArn?: string }, context: IamContext) => readonly AccessCheck[] {
  return (input, context) => {
    const policy = context.store.policies.get(input.PolicyArn ?? "");
    const extra = keys(input as never);
    return [check(action, input.PolicyArn ?? "*", { ...resourceTags(policy?.tags), ...extra })];
  };
}

export function onInstanceProfile(
  action: string,
  keys: (input: never) => ContextValues = () => ({}),
): (input: { InstanceProfileName?: string }, context: IamContext) => readonly AccessCheck[] {
  return (input, context) => {
    const name = input.InstanceProfileName ?? "";
    const profile = context.store.instanceProfiles.get(name);
    const resource = profile?.arn ?? iamArn("instance-profile", context, name);
    const extra = keys(input as never);
    return [check(action, resource, { ...resourceTags(profile?.tags), ...extra })];
  };
}

/** Returns the check of `iam:<action>` on the ARN of the resource to create. */
export function onNew(
  action: string,
  kind: IamResource,
  context: IamContext,
  input: { readonly name?: string; readonly path?: string; readonly tags?: readonly Tag[] },
  keys: ContextValues = {},
): readonly AccessCheck[] {
  const resource = iamArn(kind, context, input.name ?? "", input.path);
  return [check(action, resource, { ...requestTags(input.tags), ...keys })];
}

/** Returns `aws:RequestTag/...` and `aws:TagKeys` for tags in a request. */
export function requestTags(tags: readonly Tag[] | undefined): ContextValues {
  if (!tags?.length) return {};
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value ?? ""])),
    "aws:TagKeys": tags.map(({ Key }) => Key ?? ""),
  };
}

export function boundaryKey(arn: string | undefined): ContextValues {
  return arn === undefined ? {} : { "iam:PermissionsBoundary": arn };
}

/** Returns the calling user, which a request without `UserName` refers to. */
export function callerName(context: IamContext): string | undefined {
  return context.principal.type === "user" ? context.principal.userName : undefined;
}

function check(action: string, resource: string, context: ContextValues): AccessCheck {
  return { action: `iam:${action}`, resource, context };
}

function resourceTags(tags: Tags | undefined): ContextValues {
  return Object.fromEntries(
    [...(tags ?? [])].flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`iam:ResourceTag/${key}`, value],
    ]),
  );
}

function boundary(identity: { permissionsBoundary?: string } | undefined): ContextValues {
  return boundaryKey(identity?.permissionsBoundary);
}
