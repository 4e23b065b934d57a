import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { GATE_RESERVE, gateFactory } from "../../../callbacks/api/stagedApi/gate";
import { DENIED_RETRY_TIME } from "../../../callbacks/api/stagedApi/gates/deniedRetry";
import {
  type PruneEvent,
  RELEASE_RESERVE,
  type ReleaseEvent,
  releaseFactory,
} from "../../../callbacks/api/stagedApi/release";
import { NO_VERSION } from "../../../callbacks/api/stagedApi/releases/releases";
import { CallbackFunction } from "../../function/callbackFunction";
import type { CallbackOptions } from "../../function/callbackOptions";
import type { Statement } from "../../iam/statement";
import { locationOf } from "../../location";
import { childName } from "../../names";
import type { StagedApi } from "./stagedApi";
import type { Records } from "./records";
import { LEAST_KEPT, namedChecks, routeId, type StagedApiArgs, STAGES } from "./args";

const DEFAULT_GATE_TIMEOUT = 60;
/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html */
const LONGEST_TIMEOUT = 900;

/**
 * Alarms and a failure queue are for functions that run unattended; these run during an update, which fails with them.
 */
const WATCHED_BY_THE_UPDATE: CallbackOptions = {
  asynchronous: false,
  alarms: [],
  alarmActions: [],
};

/**
 * Checks each new version before anything points at it; returns what STAGE waits for, or undefined without a gate.
 *
 * @throws at the update, with the name and the message of the check that failed.
 */
export function createGate(
  self: StagedApi,
  name: string,
  subject: CallbackFunction,
  args: StagedApiArgs,
  pruned: aws.lambda.Invocation,
): aws.lambda.Invocation | undefined {
  if (args.gate === undefined) return undefined;
  const seconds = args.gateTimeout ?? DEFAULT_GATE_TIMEOUT;
  const gate = new CallbackFunction(
    childName(name, "gate"),
    {
      ...checkOptions(args, seconds + GATE_RESERVE),
      description: `Checks each new version of ${name} before STAGE moves to it.`,
      callbackFactory: gateFactory(namedChecks("gate", args.gate), seconds),
      permissions: [
        { actions: ["lambda:InvokeFunction"], resources: [pulumi.interpolate`${subject.arn}:*`] },
      ],
    },
    { parent: self },
  );
  const route = args.routes.find(({ functionVariable }) => functionVariable === undefined);
  const { name: functionName, version } = subject;
  return new aws.lambda.Invocation(
    childName(name, "gate"),
    {
      functionName: gate.name,
      input: pulumi.jsonStringify({ functionName, version, route: route && routeId(route) }),
      triggers: { checks: gate.function.sourceCodeHash },
    },
    { parent: self, dependsOn: [gate.function, pruned] },
  );
}

/** Creates the function that checks the releases of `stage` and deletes those that are no longer needed. */
export function createReleaseFunction(
  self: StagedApi,
  name: string,
  records: Records,
  args: StagedApiArgs,
): CallbackFunction {
  const seconds = args.gateTimeout ?? DEFAULT_GATE_TIMEOUT;
  // With the longest gateTimeout no time is left to wait for IAM: only a first update would need it.
  const timeout = Math.min(LONGEST_TIMEOUT, seconds + RELEASE_RESERVE + DENIED_RETRY_TIME / 1000);
  return new CallbackFunction(
    childName(name, "release"),
    {
      ...checkOptions(args, timeout),
      description: `Checks each release of ${name} on the stage 'stage', and deletes old releases.`,
      callbackFactory: releaseFactory(namedChecks("apiGate", args.apiGate), seconds),
      permissions: releaseStatements(self, records),
    },
    { parent: self },
  );
}

/**
 * Deletes old releases before the new one is checked: without that, repeated failures would let them pile up. Runs
 * whenever there is something to check.
 */
export function createPrune(
  self: StagedApi,
  name: string,
  {
    release,
    records,
    definition,
    variables,
    args,
  }: {
    release: CallbackFunction;
    records: Records;
    definition: pulumi.Output<string>;
    variables: Record<string, pulumi.Input<string>>;
    args: StagedApiArgs;
  },
): aws.lambda.Invocation {
  return new aws.lambda.Invocation(
    childName(name, "prune"),
    {
      functionName: release.name,
      input: pulumi.jsonStringify(pruneEvent(self, records, args)),
      triggers: {
        definition,
        version: self.function?.version ?? NO_VERSION,
        variables: pulumi.jsonStringify(variables),
        checks: release.function.sourceCodeHash,
      },
    },
    { parent: self, dependsOn: [release.function] },
  );
}

/** Checks and records each release of `stage`; returns what the first version of prod waits for. */
export function createRelease(
  self: StagedApi,
  name: string,
  {
    release,
    records,
    pruned,
    deployment,
    variables,
    stage,
    args,
  }: {
    release: CallbackFunction;
    records: Records;
    pruned: aws.lambda.Invocation;
    deployment: aws.apigateway.Deployment;
    variables: Record<string, pulumi.Input<string>>;
    stage: aws.apigateway.Stage;
    args: StagedApiArgs;
  },
): aws.lambda.Invocation {
  const event = {
    ...pruneEvent(self, records, args),
    version: self.function?.version ?? NO_VERSION,
    alias: STAGES.stage,
    deploymentId: deployment.id,
    stageName: stage.stageName,
    variables,
    url: stage.invokeUrl,
  } satisfies Partial<Record<keyof ReleaseEvent, unknown>>;
  return new aws.lambda.Invocation(
    childName(name, "release"),
    {
      functionName: release.name,
      input: pulumi.jsonStringify(event),
      triggers: {
        checks: release.function.sourceCodeHash,
        failed: pruned.result.apply(failedRun),
      },
    },
    { parent: self, dependsOn: [release.function, stage] },
  );
}

/** Returns the run that had last failed at the time of the pruning; "" if there was none. */
function failedRun(result: string | undefined): string {
  const { failed } = JSON.parse(result || "{}") as { failed?: string };
  return failed ?? "";
}

function pruneEvent(self: StagedApi, records: Records, args: StagedApiArgs) {
  return {
    ...(self.function ? { functionName: self.function.name } : {}),
    restApiId: self.restApi.id,
    verdictsParameter: records.verdicts.name,
    historyParameter: records.history.name,
    description: records.description,
    keep: args.keepVersions ?? LEAST_KEPT,
  } satisfies Partial<Record<keyof PruneEvent, unknown>>;
}

function checkOptions(args: StagedApiArgs, timeout: number): CallbackOptions {
  const { runtime, memorySize, logRetentionInDays, tags } = args;
  return {
    ...WATCHED_BY_THE_UPDATE,
    runtime,
    memorySize,
    logRetentionInDays,
    tags,
    timeout,
  };
}

function releaseStatements(self: StagedApi, { verdicts, history }: Records): Statement[] {
  const { partition, region } = locationOf(self);
  const api = pulumi.interpolate`arn:${partition}:apigateway:${region}::/restapis/${self.restApi.id}`;
  const stage = pulumi.interpolate`${api}/stages/stage`;
  const stages = pulumi.interpolate`${api}/stages`;
  const deployments = pulumi.interpolate`${api}/deployments`;
  return [
    ...(self.function ? functionStatements(self.function) : []),
    { actions: ["apigateway:GET"], resources: [stage, stages, deployments] },
    { actions: ["apigateway:PATCH"], resources: [stage] },
    { actions: ["apigateway:DELETE"], resources: [pulumi.interpolate`${deployments}/*`] },
    { actions: ["ssm:GetParameter"], resources: [verdicts.arn, history.arn] },
    { actions: ["ssm:PutParameter"], resources: [verdicts.arn] },
  ];
}

function functionStatements({ arn }: CallbackFunction): Statement[] {
  return [
    {
      actions: [
        "lambda:GetAlias",
        "lambda:UpdateAlias",
        "lambda:ListAliases",
        "lambda:ListVersionsByFunction",
      ],
      resources: [arn],
    },
    { actions: ["lambda:DeleteFunction"], resources: [pulumi.interpolate`${arn}:*`] },
  ];
}
