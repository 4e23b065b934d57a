import * as pulumi from "@pulumi/pulumi";
import {
  isTag,
  parseRepository,
} from "../../../callbacks/ecs/webhookRedeployer/images/imageReference";
import { parseRange } from "../../../callbacks/ecs/webhookRedeployer/images/semverRange";
import { MIN_SECRET } from "../../../callbacks/ecs/webhookRedeployer/push/signature";
import type { TagPolicy } from "../../../callbacks/ecs/webhookRedeployer/images/tagPolicy";
import { stageNameCheck, type Throttling, THROTTLING_CHECKS } from "../../api/stage";
import { CALLBACK_CHECKS } from "../../function/callbackOptions";
import { ecrRepositories } from "./patterns";
import { RETENTION_DAYS } from "../../retention";
import {
  anything,
  argumentError,
  type ArgumentPlace,
  boolean,
  type Check,
  checkArgs,
  type Checks,
  describedError,
  immediate,
  integer,
  isLater,
  object,
  oneOf,
  required,
} from "../../validation";
import { pinPathCheck } from "../pinPath";
import { hasApi, SENDERS, sendersOf, type WebhookRedeployerArgs } from "./args";
import { checkAlarmActions, checkTags } from "../../function/sharedChecks";

const ROLE = /^arn:[\w-]+:iam::\d{12}:role\/\S+$/;
const CLUSTERS = "names of clusters, not ARNs";

const CHECKS = {
  repositories: required(listOf(isRepository, "names such as acme/web, without a tag")),
  families: required(listOf(isFamily, "names of families or prefixes such as web-*")),
  passRoles: required((value, { resource, argument }) => {
    const allowed = "list the ARNs of the families' task and execution roles, or [] for none";
    if (!Array.isArray(value)) throw argumentError(resource, argument, value, allowed);
    value.forEach((role: unknown, i) => {
      if (isLater(role) || (typeof role === "string" && ROLE.test(role))) return;
      const one = "give the ARN of a role, such as the arn of an aws.iam.Role";
      throw argumentError(resource, `${argument}[${i}]`, role, one);
    });
  }),
  clusters: listOf(isCluster, CLUSTERS, isLater),
  tagPolicy: checkTagPolicy,
  senders: listOf((one) => SENDERS.some((known) => known === one), SENDERS.join(", ")),
  debounceSeconds: integer([0, 900], "seconds"),
  keepRevisions: integer([2, 1000], "revisions"),
  maximumConcurrency: integer([2, 1000], "calls"),
  restart: oneOf(["rolling", "stopTasks"]),
  reportPinnedTargets: boolean,
  answerCallback: boolean,
  logRetentionInDays: oneOf(RETENTION_DAYS),
  // The family and the container follow.
  pinPath: pinPathCheck("/shop/images", 2),
  stageName: stageNameCheck,
  throttling: object<Throttling>(THROTTLING_CHECKS),
  token: anything,
  tokenParameter: anything,
  tokenKey: anything,
  account: anything,
  alarmActions: checkAlarmActions,
  logLevel: CALLBACK_CHECKS.logLevel,
  runtime: CALLBACK_CHECKS.runtime,
  tags: checkTags,
  tracing: boolean,
} satisfies Checks<WebhookRedeployerArgs>;

/** @throws pulumi.ResourceError naming the argument. */
export function checkWebhookRedeployer(self: pulumi.Resource, args: WebhookRedeployerArgs): void {
  checkArgs(self, args, CHECKS);
  checkSenders(self, args);
}

/** Arguments that have no effect if no sender posts. */
const OF_THE_API = [
  "token",
  "tokenParameter",
  "tokenKey",
  "stageName",
  "throttling",
  "account",
] as const;

function checkSenders(self: pulumi.Resource, args: WebhookRedeployerArgs): void {
  const senders = sendersOf(args);
  if (senders.includes("ecr") && ecrRepositories(args.repositories).length === 0) {
    const allowed =
      "with ecr at least one of the repositories must be in ECR, such as <account>.dkr.ecr.<region>.amazonaws.com/web";
    throw argumentError(self, "senders", senders, allowed);
  }
  const idle = hasApi(args) ? undefined : OF_THE_API.find((name) => args[name] !== undefined);
  if (idle !== undefined) {
    const allowed = "leave it out: ECR notifies through EventBridge, and there is no API";
    throw describedError(self, idle, "a value although no sender uses the API", allowed);
  }
  if (args.token !== undefined && args.tokenParameter !== undefined) {
    throw describedError(self, "token", "a value beside tokenParameter", "give one of them");
  }
}

/** Checks a token when it is known: a secret that is valid in a URL and cannot be guessed. */
export function checkedToken(
  self: pulumi.Resource,
  token: pulumi.Input<string>,
): pulumi.Output<string> {
  const output = pulumi.output(token);
  return pulumi.output(pulumi.isSecret(output)).apply((isSecret) => {
    if (!isSecret) {
      const allowed = "allowed is a secret, as config.requireSecret returns it";
      throw describedError(self, "token", "a value that is not a secret", allowed);
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

/** Checks the ARN of a key when it is known: IAM cannot grant permissions by a key's alias. */
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

/**
 * Checks a non-empty list and its items.
 *
 * @param isUnknown whether an item is checked later. Default: every item must be known.
 */
function listOf(
  isGood: (value: string) => boolean,
  allowed: string,
  isUnknown: (value: unknown) => boolean = () => false,
): Check {
  return (values, { resource, argument }) => {
    if (!Array.isArray(values) || values.length === 0)
      throw argumentError(resource, argument, values, `at least one is needed: ${allowed}`);
    values.forEach((value: unknown, i) => {
      if (isUnknown(value) || (typeof value === "string" && isGood(value))) return;
      throw argumentError(resource, `${argument}[${i}]`, value, `allowed are ${allowed}`);
    });
  };
}

function isRepository(text: string): boolean {
  return parseRepository(text) !== undefined;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html */
function isFamily(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,255}\*?$/.test(text);
}

/** Returns the names of clusters; Outputs are checked when they are known. */
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

function checkTagPolicy(value: unknown, place: ArgumentPlace): void {
  const policy = value as TagPolicy;
  if (typeof policy === "function") return immediate(policy, place);
  if (Array.isArray(policy)) return listOf(isTag, "tags")(policy, place);
  const keys = Object.keys(Object(policy) as object);
  const { glob, semver, regexp } = Object(policy) as {
    glob?: string;
    semver?: string;
    regexp?: RegExp;
  };
  const isGood =
    keys.length === 1 &&
    (typeof glob === "string" ||
      (typeof semver === "string" && parseRange(semver) !== undefined) ||
      regexp instanceof RegExp);
  if (isGood) return;
  const allowed = "give a list, { glob }, { semver: a range }, { regexp } or a function";
  throw argumentError(place.resource, place.argument, policy, allowed);
}
