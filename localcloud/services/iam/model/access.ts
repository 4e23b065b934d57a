import type { Tag } from "@aws-sdk/client-iam";
import type { AccessCheck } from "../../../core/service";
import type { ContextValues } from "../../../access/context";
import type { IamContext } from "./operation";
import type { Tags } from "../store";

/** What kind of resource an IAM action is about, as its ARN says it. */
export type IamResource = "role" | "user" | "policy" | "instance-profile";

/** `arn:aws:iam::<account>:<kind><path><name>` */
export function iamArn(
  kind: IamResource,
  at: { readonly accountId: string },
  name: string,
  path = "/",
): string {
  return `arn:aws:iam::${at.accountId}:${kind}${path}${name}`;
}

/** `iam:<action>` on the role named in the input, with the condition keys that IAM sets for it. */
export function onRole(
  action: string,
  keys: (input: never) => ContextValues = () => ({}),
): (input: { RoleName?: string }, context: IamContext) => readonly AccessCheck[] {
  return (input, context) => {
    const role = context.store.roles.get(input.RoleName ?? "");
    const resource = role?.arn ?? iamArn("role", context, input.RoleName ?? "");
    // `keys` reads further members of the same input; its own annotation says which.
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

/** `iam:<action>` on the ARN that the new thing will have. */
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

/** `aws:RequestTag/...` and `aws:TagKeys` of tags in a request. */
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

/** The user that asks about itself by leaving `UserName` out. */
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
