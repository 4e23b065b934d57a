import type * as pulumi from "@pulumi/pulumi";

/** One statement of an IAM policy, typed so that mistakes show at preview. */
export interface Statement {
  /** Letters and digits. Default: none. */
  sid?: string;
  /** Default "Allow". */
  effect?: "Allow" | "Deny";
  /** Full names of actions, such as `ecs:UpdateService`: wildcards are refused. */
  actions: string[];
  /** ARNs; `"*"` only for actions that have no resource level. */
  resources: pulumi.Input<string>[];
  /** As in IAM: operator, then key, then value or values. */
  conditions?: Conditions;
  /**
   * Why the resource is a whole kind (`table/*`), or `"*"` for an action that can be called without naming a resource
   * or that is missing in AWS's service authorization reference: one sentence for readers. It becomes an exception to
   * the policy pack. Default: none, and such a resource is refused unless a condition limits it.
   */
  reason?: string;
}

export type Conditions = Record<
  string,
  Record<string, pulumi.Input<string> | pulumi.Input<string>[]>
>;
