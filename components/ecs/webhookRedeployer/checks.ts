import * as pulumi from "@pulumi/pulumi";
import {
  isTag,
  parseRepository,
} from "../../../callbacks/ecs/webhookRedeployer/images/imageReference";
import { parseRange } from "../../../callbacks/ecs/webhookRedeployer/images/semverRange";
import { MIN_SECRET } from "../../../callbacks/ecs/webhookRedeployer/push/signature";
import type { TagPolicy } from "../../../callbacks/ecs/webhookRedeployer/images/tagPolicy";
import { RETENTION_DAYS } from "../../function/callbackOptions";
import { ecrRepositories } from "./patterns";
import {
  argumentError,
  checkInteger,
  checkKeys,
  checkOneOf,
  describedError,
} from "../../validation";
import { ARGUMENTS, hasApi, SENDERS, sendersOf, type WebhookRedeployerArgs } from "./args";

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
    checkList(self, "clusters", args.clusters, isCluster, CLUSTERS);
  }
  checkTagPolicy(self, args.tagPolicy);
  checkSenders(self, args);
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

/** Arguments that mean nothing when nobody posts. */
const OF_THE_API = [
  "token",
  "tokenParameter",
  "tokenKey",
  "stageName",
  "throttling",
  "account",
] as const;

function checkSenders(self: pulumi.Resource, args: WebhookRedeployerArgs): void {
  const isKnown = (one: string): boolean => SENDERS.some((known) => known === one);
  if (args.senders !== undefined) {
    checkList(self, "senders", args.senders, isKnown, SENDERS.join(", "));
  }
  const senders = sendersOf(args);
  if (senders.includes("ecr") && ecrRepositories(args.repositories).length === 0) {
    const allowed =
      "with ecr at least one of the repositories must be in ECR, such as <account>.dkr.ecr.<region>.amazonaws.com/web";
    throw argumentError(self, "senders", senders, allowed);
  }
  const idle = hasApi(args) ? undefined : OF_THE_API.find((name) => args[name] !== undefined);
  if (idle !== undefined) {
    const allowed = "leave it out: ECR is heard through EventBridge, and there is no API";
    throw describedError(self, idle, "a value although nobody posts", allowed);
  }
  if (args.token !== undefined && args.tokenParameter !== undefined) {
    throw describedError(self, "token", "a value beside tokenParameter", "give one of them");
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

/** The ARN of a key when it is one: IAM does not grant by aliases. */
export function checkedKey(
  self: pulumi.Resource,
  key: pulumi.Input<string>,
): pulumi.Output<string> {
  return pulumi.output(key).apply((arn) => {
    if (/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/.test(arn)) return arn;
    const allowed =
      "allowed is the ARN of a key, such as a Key's output arn, not an id or an alias";
    throw argumentError(self, "tokenKey", arn, allowed);
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

const CLUSTERS = "names of clusters, not ARNs";

/** The names of clusters, those of Outputs checked when they are known. */
export function checkedClusters(
  self: pulumi.Resource,
  clusters: readonly pulumi.Input<string>[] | undefined,
): pulumi.Input<string>[] | undefined {
  return clusters?.map((cluster, i) => {
    if (typeof cluster === "string") return cluster;
    return pulumi.output(cluster).apply((name) => {
      if (isCluster(name)) return name;
      throw argumentError(self, `clusters[${i}]`, name, `allowed are ${CLUSTERS}`);
    });
  });
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
