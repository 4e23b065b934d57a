import type * as pulumi from "@pulumi/pulumi";
import type { TagPolicy } from "../../../callbacks/ecs/webhookRedeployer/images/tagPolicy";
import type { ApiAccount } from "../../api/account";
import type { Throttling } from "../../api/stage";
import type { CallbackOptions } from "../../function/callbackOptions";

/** Who may tell of a push. */
export type RedeploySender = (typeof SENDERS)[number];
export const SENDERS = ["dockerHub", "ecr", "generic"] as const;

export interface WebhookRedeployerArgs extends Pick<
  CallbackOptions,
  "alarmActions" | "logLevel" | "logRetentionInDays" | "runtime" | "tags" | "tracing"
> {
  /** Repositories whose pushes redeploy: `acme/web`, `ghcr.io/acme/web`. A push of any other one is ignored. */
  repositories: string[];
  /** Families of task definitions that may get new revisions: names, or prefixes such as `web-*`. */
  families: string[];
  /** ARNs of the task and execution roles of these families; `[]` when they have none. */
  passRoles: pulumi.Input<string>[];
  /** Names, not ARNs, of the clusters whose services are moved. Default: every cluster of the account and region. */
  clusters?: pulumi.Input<string>[];
  /** Which tags are deployed: a list, a glob, a range of versions, a regular expression or a function. Default: all. */
  tagPolicy?: TagPolicy;
  /**
   * The secret part of the webhook's address, a secret of 16 characters or more; `new,old` while senders move over. It
   * is changed here alone: an update puts it back into its SSM parameter.
   * Default: a generated one, which only a change of its SSM parameter changes.
   */
  token?: pulumi.Input<string>;
  /** Name of a SecureString of yours that holds the token, instead of `token`. */
  tokenParameter?: pulumi.Input<string>;
  /** ARN of the KMS key that the SecureString is under, yours or the component's. Default: AWS's key for Parameter Store. */
  tokenKey?: pulumi.Input<string>;
  /** `dockerHub`, `ecr` (pushes to this account's registry) or `generic` (HMAC-signed JSON). Default `["dockerHub"]`. */
  senders?: RedeploySender[];
  /** Seconds that pushes of one repository are gathered for, 0 to 900; the newest is deployed. Default 60. */
  debounceSeconds?: number;
  /** `stopTasks` stops old tasks at once, for clusters without room for new ones beside them. Default `rolling`. */
  restart?: "rolling" | "stopTasks";
  /** Newest revisions of a family that stay active, 2 to 1000. Default: all. */
  keepRevisions?: number;
  /** Families worked on at once, 2 to 1000. Default 5: ECS allows one new revision a second. */
  maximumConcurrency?: number;
  /**
   * Reports the ECS targets of EventBridge rules that are bound to a revision, and so go on starting the old image:
   * one call for each cluster and each rule of it. Default true.
   */
  reportPinnedTargets?: boolean;
  /** Answers at Docker Hub's `callback_url`, whose contract is no longer documented. Default false. */
  answerCallback?: boolean;
  /** Path of the SSM parameters that pin what is deployed. Default `/<project>/<stack>/images`. */
  pinPath?: string;
  /** Name of the API's stage. Default `v1`. */
  stageName?: string;
  /** Requests that are let through. Default 100 a second, 50 at once. */
  throttling?: Throttling;
  /** The account's role for API logs. Default: the one that the APIs of a provider share. */
  account?: ApiAccount;
}

/** Who posts: the address, its token and the API are for these alone. */
const POSTING: readonly RedeploySender[] = ["dockerHub", "generic"];

/** The senders that the redeployer listens to. */
export function sendersOf({
  senders,
}: Pick<WebhookRedeployerArgs, "senders">): readonly RedeploySender[] {
  return senders ?? ["dockerHub"];
}

/** True when a sender posts, so that an API is needed; ECR is heard through EventBridge. */
export function hasApi(args: Pick<WebhookRedeployerArgs, "senders">): boolean {
  return sendersOf(args).some((sender) => POSTING.includes(sender));
}
