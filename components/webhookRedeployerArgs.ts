import * as pulumi from "@pulumi/pulumi";
import { MIN_SECRET } from "../callbacks/redeploy/signature";
import { isTag, parseRepository } from "../callbacks/redeploy/imageReference";
import { parseRange } from "../callbacks/redeploy/semverRange";
import type { TagPolicy } from "../callbacks/redeploy/tagPolicy";
import type { ApiAccount } from "./apiAccount";
import type { Throttling } from "./apiStage";
import { type CallbackOptions, RETENTION_DAYS } from "./callbackOptions";
import { argumentError, checkInteger, checkKeys, checkOneOf, describedError } from "./validation";

/** Who may tell of a push. */
export type RedeploySender = (typeof SENDERS)[number];
const SENDERS = ["dockerHub", "ecr", "generic"] as const;

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
  /** Names of the clusters whose services are moved. Default: every cluster of the account and region. */
  clusters?: pulumi.Input<string>[];
  /** Which tags are deployed: a list, a glob, a range of versions, a regular expression or a function. Default: all. */
  tagPolicy?: TagPolicy;
  /**
   * The secret part of the webhook's address, a secret of 16 characters or more; `new,old` while senders move over.
   * Default: a generated one, which only a change of its SSM parameter changes.
   */
  token?: pulumi.Input<string>;
  /** Name of a SecureString of yours that holds the token, instead of `token`. */
  tokenParameter?: pulumi.Input<string>;
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
  /** The account's role for API logs. Default: the one that this program's APIs share. */
  account?: ApiAccount;
}

/** The arguments, to catch the names of others. */
const ARGUMENTS = Object.keys({
  repositories: 0,
  families: 0,
  passRoles: 0,
  clusters: 0,
  tagPolicy: 0,
  token: 0,
  tokenParameter: 0,
  senders: 0,
  debounceSeconds: 0,
  restart: 0,
  keepRevisions: 0,
  maximumConcurrency: 0,
  reportPinnedTargets: 0,
  answerCallback: 0,
  pinPath: 0,
  stageName: 0,
  throttling: 0,
  account: 0,
  alarmActions: 0,
  logLevel: 0,
  logRetentionInDays: 0,
  runtime: 0,
  tags: 0,
  tracing: 0,
} satisfies Record<keyof WebhookRedeployerArgs, 0>);

/** @throws pulumi.ResourceError naming the argument. */
export function checkWebhookRedeployer(self: pulumi.Resource, args: WebhookRedeployerArgs): void {
  checkKeys(self, args, ARGUMENTS);
  checkList(
    self,
    "repositories",
    args.repositories,
    isRepository,
    "names such as acme/web, without a tag",
  );
  checkList(
    self,
    "families",
    args.families,
    isFamily,
    "names of families or prefixes such as web-*",
  );
  if (!Array.isArray(args.passRoles)) {
    const allowed = "list the ARNs of the families' task and execution roles, or [] for none";
    throw argumentError(self, "passRoles", args.passRoles, allowed);
  }
  if (args.clusters !== undefined) {
    checkList(self, "clusters", args.clusters, isCluster, "names of clusters, not ARNs");
  }
  checkTagPolicy(self, args.tagPolicy);
  if (args.senders !== undefined) {
    checkList(
      self,
      "senders",
      args.senders,
      (one) => SENDERS.some((known) => known === one),
      SENDERS.join(", "),
    );
  }
  if (args.token !== undefined && args.tokenParameter !== undefined) {
    throw describedError(self, "token", "a value beside tokenParameter", "give one of them");
  }
  checkInteger(self, "debounceSeconds", args.debounceSeconds, [0, 900], "seconds");
  checkInteger(self, "keepRevisions", args.keepRevisions, [2, 1000], "revisions");
  checkInteger(self, "maximumConcurrency", args.maximumConcurrency, [2, 1000], "calls");
  checkOneOf(self, "restart", args.restart, ["rolling", "stopTasks"]);
  checkOneOf(self, "reportPinnedTargets", args.reportPinnedTargets, [true, false]);
  checkOneOf(self, "answerCallback", args.answerCallback, [true, false]);
  checkOneOf(self, "logRetentionInDays", args.logRetentionInDays, RETENTION_DAYS);
  checkPath(self, args.pinPath);
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(args.stageName ?? "v1")) {
    throw argumentError(self, "stageName", args.stageName, "allowed are letters, digits, - and _");
  }
}

/** The token when it is one: a secret that fits into an address and cannot be guessed. */
export function checkedToken(
  self: pulumi.Resource,
  token: pulumi.Input<string>,
): pulumi.Output<string> {
  const output = pulumi.output(token);
  return pulumi.output(pulumi.isSecret(output)).apply((isSecret) => {
    if (!isSecret) {
      const allowed = "allowed is a secret, such as config.requireSecret gives it";
      throw describedError(self, "token", "a value that is no secret", allowed);
    }
    return output.apply((value) => {
      const secrets = value.split(",");
      const isGood = (one: string): boolean =>
        /^[A-Za-z0-9_-]+$/.test(one) && one.length >= MIN_SECRET;
      if (secrets.length <= 2 && secrets.every(isGood)) return value;
      const allowed = `allowed are ${MIN_SECRET} or more letters, digits, - and _, or two of them: new,old`;
      throw describedError(self, "token", "another form", allowed);
    });
  });
}

function checkList(
  self: pulumi.Resource,
  argument: string,
  values: readonly unknown[] | undefined,
  isGood: (value: string) => boolean,
  allowed: string,
): void {
  if (!Array.isArray(values) || values.length === 0) {
    throw argumentError(self, argument, values, `at least one is needed: ${allowed}`);
  }
  values.forEach((value: unknown, i) => {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return;
    if (typeof value === "string" && isGood(value)) return;
    throw argumentError(self, `${argument}[${i}]`, value, `allowed are ${allowed}`);
  });
}

function isRepository(text: string): boolean {
  return parseRepository(text) !== undefined;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html */
function isFamily(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,255}\*?$/.test(text);
}

function isCluster(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,255}$/.test(text);
}

function checkTagPolicy(self: pulumi.Resource, policy: TagPolicy | undefined): void {
  if (policy === undefined || typeof policy === "function") return;
  if (Array.isArray(policy)) return checkList(self, "tagPolicy", policy, isTag, "tags");
  const keys = Object.keys(policy);
  const { glob, semver, regexp } = policy as { glob?: string; semver?: string; regexp?: RegExp };
  const isGood =
    keys.length === 1 &&
    (typeof glob === "string" ||
      (typeof semver === "string" && parseRange(semver) !== undefined) ||
      regexp instanceof RegExp);
  if (isGood) return;
  const allowed = "give a list, { glob }, { semver: a range }, { regexp } or a function";
  throw argumentError(self, "tagPolicy", policy, allowed);
}

function checkPath(self: pulumi.Resource, path: string | undefined): void {
  if (path === undefined) return;
  if (/^(\/[A-Za-z0-9_.-]+)+$/.test(path) && !/^\/(aws|ssm)/i.test(path)) return;
  const allowed = "allowed are paths such as /shop/images that do not begin with aws or ssm";
  throw argumentError(self, "pinPath", path, allowed);
}
