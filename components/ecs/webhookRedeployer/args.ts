import type * as pulumi from "@pulumi/pulumi";
import type { TagPolicy } from "../../../callbacks/ecs/webhookRedeployer/images/tagPolicy";
import type { ApiAccount } from "../../api/account";
import type { Throttling } from "../../api/stage";
import type { CallbackOptions } from "../../function/callbackOptions";

/** Senders that may announce a push. */
export type RedeploySender = (typeof SENDERS)[number];
export const SENDERS = ["dockerHub", "ecr", "generic"] as const;

export interface WebhookRedeployerArgs extends Pick<
  CallbackOptions,
  "alarmActions" | "logLevel" | "logRetentionInDays" | "runtime" | "tags" | "tracing"
> {
  /** Repositories whose pushes redeploy: `acme/web`, `ghcr.io/acme/web`. Pushes to any other one are ignored. */
  repositories: string[];
  /** Families of task definitions that may get new revisions: names, or prefixes such as `web-*`. */
  families: string[];
  /** ARNs of the task and execution roles of these families; `[]` if they have none. */
  passRoles: pulumi.Input<string>[];
  /** Names, not ARNs, of the clusters whose services are updated. Default: every cluster of the account and region. */
  clusters?: pulumi.Input<string>[];
  /** Which tags are deployed: a list, a glob, a range of versions, a regular expression or a function. Default: all. */
  tagPolicy?: TagPolicy;
  /**
   * The secret part of the webhook's URL, at least 16 characters; `new,old` while senders switch over. Change it here
   * only: an update overwrites its SSM parameter.
   * Default: a generated one, which changes only when you change its SSM parameter.
   */
  token?: pulumi.Input<string>;
  /** Name of your own SecureString with the token, instead of `token`. */
  tokenParameter?: pulumi.Input<string>;
  /**
   * ARN of the KMS key that encrypts the SecureString, your own or the component's. Default: AWS's key for Parameter
   * Store.
   */
  tokenKey?: pulumi.Input<string>;
  /** `dockerHub`, `ecr` (pushes to this account's registry) or `generic` (HMAC-signed JSON). Default `["dockerHub"]`. */
  senders?: RedeploySender[];
  /** Seconds for which pushes of one repository are collected, 0 to 900; the newest is deployed. Default 60. */
  debounceSeconds?: number;
  /**
   * `rolling`, or `stopTasks`: stops old tasks at once, for clusters without room for old and new tasks together.
   * Default `rolling`.
   */
  restart?: "rolling" | "stopTasks";
  /** Newest revisions of a family that stay active, 2 to 1000. Default: all. */
  keepRevisions?: number;
  /** Families processed at the same time, 2 to 1000. Default 5: ECS allows one new revision per second. */
  maximumConcurrency?: number;
  /**
   * Reports the ECS targets of EventBridge rules that name a fixed revision, and therefore keep starting the old image:
   * one call for each cluster and each of its rules. Default true.
   */
  reportPinnedTargets?: boolean;
  /** Answers Docker Hub's `callback_url`, whose contract is no longer documented. Default false. */
  answerCallback?: boolean;
  /** Path of the SSM parameters that pin the deployed images. Default `/<project>/<stack>/images`. */
  pinPath?: string;
  /** Name of the API's stage. Default `v1`. */
  stageName?: string;
  /** Limits of the request rate. Default 100 per second, 50 at once. */
  throttling?: Throttling;
  /** The account's role for API logs. Default: the one that the APIs of a provider share. */
  account?: ApiAccount;
}

/** Senders that post: only they need the URL, its token and the API. */
const POSTING: readonly RedeploySender[] = ["dockerHub", "generic"];

/** Returns the senders that the redeployer accepts. */
export function sendersOf({
  senders,
}: Pick<WebhookRedeployerArgs, "senders">): readonly RedeploySender[] {
  return senders ?? ["dockerHub"];
}

/** Checks whether a sender posts, so that an API is needed; pushes to ECR arrive through EventBridge. */
export function hasApi(args: Pick<WebhookRedeployerArgs, "senders">): boolean {
  return sendersOf(args).some((sender) => POSTING.includes(sender));
}
