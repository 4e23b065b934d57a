import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { HookMessage } from "../../../callbacks/instances/lifecycleHooks/hookMessage";
import type { CallbackFunction } from "../../function/callbackFunction";
import { policyDocument } from "../../iam/iamPolicy";
import type { Statement } from "../../iam/statement";
import { locationOf } from "../../location";
import { childName } from "../../names";
import type { GroupFacts } from "./args";
import type { HookTarget } from "./notifications";

type GroupNaming = Pick<GroupFacts, "name" | "namePrefix">;
type Transition = HookMessage["transition"];

/** The hooks of a component, which are added to each of its groups. */
export interface GroupHooks {
  readonly self: pulumi.Resource;
  readonly function: CallbackFunction<never, unknown>;
  readonly names: Readonly<Partial<Record<Transition, string>>>;
  readonly target: HookTarget;
  /** Seconds. */
  readonly heartbeatTimeout: number;
  /** Resources that must be deleted after a group on destroy. */
  readonly before: readonly pulumi.Resource[];
  /** Returns the permissions for a group and its instances. */
  statements(group: GroupScope): Statement[];
}

/** A group, as policies identify it. */
export interface GroupScope {
  readonly arns: pulumi.Output<string>[];
  /** Conditions that limit a statement on instances to those of the group. */
  readonly ofInstances: NonNullable<Statement["conditions"]>;
}

const WIRE = {
  launching: "autoscaling:EC2_INSTANCE_LAUNCHING",
  terminating: "autoscaling:EC2_INSTANCE_TERMINATING",
} as const;

/** An instance that ends must never wait for the function: the sweep does the same work. */
const DEFAULT_RESULT = { launching: "ABANDON", terminating: "CONTINUE" } as const;

/**
 * `<project>-<stack>-<name>-launch`: unique to the program, for any group. Projects and stacks may have a dot, hooks
 * may not.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html (LifecycleHookName)
 */
export function hookName(name: string, transition: Transition): string {
  const end = transition === "launching" ? "launch" : "terminate";
  return [pulumi.getProject(), pulumi.getStack(), name, end].join("-").replaceAll(".", "_");
}

/** Creates permissions for a group of this program that does not exist yet; returns the hooks to create it with. */
export function initialHooks(
  hooks: GroupHooks,
  groupName: string,
  { name, namePrefix, metadata }: GroupNaming & { readonly metadata?: pulumi.Input<string> },
): pulumi.Output<aws.types.input.autoscaling.GroupInitialLifecycleHook[]> {
  const { target } = hooks;
  // Pulumi appends a dash and seven digits to the name, unless the program sets the group's name.
  const scope = name
    ? scopeOf(
        hooks.self,
        [pulumi.output(name).apply((given) => given ?? groupName)],
        "StringEquals",
      )
    : scopeOf(hooks.self, [pulumi.interpolate`${namePrefix ?? `${groupName}-`}*`], "StringLike");
  const rights = allow(hooks, groupName, scope);
  const ready = [...target.before, ...hooks.before, rights].map(({ urn }) => urn);
  return pulumi
    .all([target.notificationTargetArn, target.roleArn, metadata, ...ready])
    .apply(([notificationTargetArn, roleArn, notificationMetadata]) =>
      entries(hooks).map(([transition, name]) => ({
        name,
        lifecycleTransition: WIRE[transition],
        defaultResult: DEFAULT_RESULT[transition],
        heartbeatTimeout: hooks.heartbeatTimeout,
        ...(notificationTargetArn ? { notificationTargetArn, roleArn } : {}),
        ...(notificationMetadata ? { notificationMetadata } : {}),
      })),
    );
}

/** Creates the hooks of an existing group, and the permissions for it. */
export function attachHooks(
  hooks: GroupHooks,
  name: string,
  groupName: pulumi.Input<string>,
  metadata?: pulumi.Input<string>,
): aws.autoscaling.LifecycleHook[] {
  const { self, target } = hooks;
  const rights = allow(hooks, name, scopeOf(self, [groupName], "StringEquals"));
  const dependsOn = [...target.before, ...hooks.before, rights];
  return entries(hooks).map(
    ([transition, hook]) =>
      new aws.autoscaling.LifecycleHook(
        childName(name, transition === "launching" ? "launch" : "terminate"),
        {
          name: hook,
          autoscalingGroupName: groupName,
          lifecycleTransition: WIRE[transition],
          defaultResult: DEFAULT_RESULT[transition],
          heartbeatTimeout: hooks.heartbeatTimeout,
          notificationTargetArn: target.notificationTargetArn,
          roleArn: target.roleArn,
          notificationMetadata: metadata,
        },
        { parent: self, dependsOn },
      ),
  );
}

function entries({ names }: GroupHooks): [Transition, string][] {
  return Object.entries(names) as [Transition, string][];
}

function allow(
  { self, function: target, statements }: GroupHooks,
  name: string,
  scope: GroupScope,
): aws.iam.RolePolicy {
  return new aws.iam.RolePolicy(
    childName(name, "rights"),
    { role: target.role.name, policy: policyDocument(statements(scope), self) },
    { parent: self },
  );
}

function scopeOf(
  self: pulumi.Resource,
  names: readonly pulumi.Input<string>[],
  operator: "StringEquals" | "StringLike",
): GroupScope {
  const { accountId, partition, region } = locationOf(self);
  const arns = names.map(
    (name) =>
      pulumi.interpolate`arn:${partition}:autoscaling:${region}:${accountId}:autoScalingGroup:*:autoScalingGroupName/${name}`,
  );
  const ofInstances = {
    [operator]: { "ec2:ResourceTag/aws:autoscaling:groupName": [...names] },
  };
  return { arns, ofInstances };
}
