import * as pulumi from "@pulumi/pulumi";
import { manifestProblem } from "../../../callbacks/delivery/zipToLambdaPipeline/inspect/manifest";
import {
  longestName,
  nameProblem,
} from "../../../callbacks/delivery/zipToLambdaPipeline/uploads/appName";
import { CALLBACK_CHECKS } from "../../function/callbackOptions";
import { checkStatements } from "../../iam/iamPolicy";
import {
  anything,
  argumentError,
  boolean,
  type Check,
  checkArgs,
  type Checks,
  describedError,
  fn,
  integer,
  list,
  object,
  oneOf,
  record,
  required,
  text,
  textUpTo,
} from "../../validation";
import type { AppSettings, ZipToLambdaPipelineArgs } from "./args";
import type { WorkerInstances } from "./instances/args";
import { checkUploaders } from "./uploaderChecks";

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const APP_CHECKS = {
  handler: text(/^\S{1,128}$/, "allowed are at most 128 characters without a space"),
  runtime: text(/^(nodejs|python)[\d.]+x?$/, "allowed are Node.js and Python, such as python3.13"),
  architecture: oneOf(["arm64", "x86_64"]),
  memorySize: integer([128, 10_240], "megabytes"),
  timeout: integer([1, 900], "seconds"),
  ephemeralStorage: integer([512, 10_240], "megabytes"),
  description: textUpTo(256),
  environment: (value, { resource, argument }) => {
    for (const [name, given] of Object.entries(Object(value) as object))
      checkVariable(name, given, { resource, argument: `${argument}.${name}` });
  },
  layers: list(anything),
  reservedConcurrency: integer([0, 1_000_000], "calls"),
  build: (value, place) => {
    const problem = manifestProblem({ build: value });
    if (problem) throw argumentError(place.resource, place.argument, value, COMMANDS);
  },
  http: (value, place) => {
    if (value !== "restApi") return oneOf(["none", "functionUrl"])(value, place);
    const allowed =
      "allowed are none, functionUrl; the pipeline creates no REST API, so invoke the alias LIVE from your own";
    throw argumentError(place.resource, place.argument, value, allowed);
  },
} satisfies Checks<AppSettings>;

const COMMANDS =
  'allowed is a list of 1 to 10 commands of at most 1000 characters, such as ["npm ci --omit=dev"]';

const INSTANCE_CHECKS = {
  vpcId: required(anything),
  subnetIds: required(subnets),
  max: integer([1, 100], "instances"),
  zipsPerWorker: integer([1, 1000], "zips"),
  idleTime: integer([60, 3600], "seconds"),
  buildTimeout: integer([10, 3600], "seconds"),
  instanceType: anything,
  imageId: anything,
} satisfies Checks<WorkerInstances>;

const ARGUMENT_CHECKS = {
  alarmActions: CALLBACK_CHECKS.alarmActions,
  logLevel: CALLBACK_CHECKS.logLevel,
  logRetentionInDays: CALLBACK_CHECKS.logRetentionInDays,
  runtime: CALLBACK_CHECKS.runtime,
  tags: CALLBACK_CHECKS.tags,
  tracing: CALLBACK_CHECKS.tracing,
  appPermissions: list(anything),
  verify: fn,
  verifyTimeout: integer([1, 300], "seconds"),
  appDefaults: object<AppSettings>(APP_CHECKS),
  apps: record(object<AppSettings>(APP_CHECKS)),
  uploaders: checkUploaders,
  parameters: list(text(/^[\w./-]+$/, "give the name of a parameter, such as /shop/token")),
  secrets: list(anything),
  keepVersions: integer([1, 100], "versions"),
  storage: oneOf(["copy", "reference"]),
  onDelete: oneOf(["keep", "remove"]),
  permissionsBoundary: anything,
  worker: oneOf(["lambda", "instances"]),
  instances: object<WorkerInstances>(INSTANCE_CHECKS),
  maximumConcurrency: integer([2, 1000], "calls"),
  workerMemorySize: integer([256, 10_240], "megabytes"),
  forceDestroy: boolean,
} satisfies Checks<ZipToLambdaPipelineArgs>;

/** Fewest characters that must be left for the name of an app. */
const SHORTEST_ROOM = 8;

/** @throws pulumi.ResourceError for the first argument that is wrong. */
export function checkZipToLambdaPipeline(
  self: pulumi.Resource,
  functionPrefix: string,
  args: ZipToLambdaPipelineArgs,
): void {
  checkArgs(self, args, ARGUMENT_CHECKS);
  checkStatements(args.appPermissions ?? [], self, "appPermissions");
  if (args.verifyTimeout !== undefined && !args.verify)
    throw argumentError(self, "verifyTimeout", args.verifyTimeout, "it belongs to verify");
  const room = longestName(functionPrefix);
  if (!/^[\w-]+$/.test(functionPrefix) || room < SHORTEST_ROOM) {
    const allowed = `functions are named ${functionPrefix}<app> in at most 64 letters, digits, - and _, which leaves ${room} for <app>; use shorter names of letters and digits for project, stack and component`;
    throw argumentError(self, "name", functionPrefix.slice(0, -1), allowed);
  }
  for (const name of Object.keys(args.apps ?? {})) {
    const problem = nameProblem(name, functionPrefix);
    if (problem) throw argumentError(self, "apps", name, problem.message);
  }
  checkUploadedApps(self, functionPrefix, args);
  checkReferences(self, args);
  checkWorker(self, args);
}

/** Refuses an uploader of an app that no function can be named after. */
function checkUploadedApps(
  self: pulumi.Resource,
  functionPrefix: string,
  { uploaders = {} }: ZipToLambdaPipelineArgs,
): void {
  for (const [uploader, { apps }] of Object.entries(uploaders))
    for (const app of apps) {
      // With a * at the end it is a prefix of names.
      const problem = app === "*" ? undefined : nameProblem(app.replace(/\*$/, ""), functionPrefix);
      if (problem) throw argumentError(self, `uploaders.${uploader}.apps`, app, problem.message);
    }
}

/** Refuses arguments of the other kind of worker. */
function checkWorker(self: pulumi.Resource, args: ZipToLambdaPipelineArgs): void {
  const isOnInstances = args.worker === "instances";
  if (isOnInstances && !args.instances) {
    const allowed = 'worker: "instances" needs { vpcId, subnetIds } of the instances';
    throw argumentError(self, "instances", args.instances, allowed);
  }
  if (!isOnInstances) checkNothingToBuild(self, args);
  const foreign = isOnInstances
    ? (["maximumConcurrency", "workerMemorySize"] as const)
    : (["instances"] as const);
  for (const argument of foreign)
    if (args[argument] !== undefined) {
      const kind = isOnInstances
        ? "Lambda workers; leave it out, or see instances.max and instances.instanceType"
        : 'worker: "instances"';
      throw describedError(self, argument, "a value", `it belongs to ${kind}`);
    }
}

function checkNothingToBuild(self: pulumi.Resource, args: ZipToLambdaPipelineArgs): void {
  for (const [name, settings] of settingsByPlace(args))
    if (settings?.build)
      throw describedError(
        self,
        `${name}.build`,
        "commands",
        'a Lambda worker runs no builds: set worker: "instances", or build before zipping',
      );
}

/** Returns all settings by the name of their argument. */
function settingsByPlace({ appDefaults, apps = {} }: ZipToLambdaPipelineArgs) {
  const named = Object.entries(apps).map(([name, one]) => [`apps.${name}`, one] as const);
  return [["appDefaults", appDefaults] as const, ...named];
}

/** Checks that the worker may read each reference; otherwise it would reject every zip. */
function checkReferences(self: pulumi.Resource, args: ZipToLambdaPipelineArgs): void {
  for (const [place, settings] of settingsByPlace(args))
    for (const [variable, value] of Object.entries(settings?.environment ?? {})) {
      // Every property of an Output is another Output.
      if (pulumi.Output.isInstance(value)) continue;
      const { parameter } = Object(value) as { parameter?: string };
      if (parameter !== undefined && !args.parameters?.includes(parameter)) {
        const where = `${place}.environment.${variable}`;
        throw argumentError(self, where, value, "name the parameter in parameters as well");
      }
    }
}

function subnets(value: unknown, { resource, argument }: Parameters<Check>[1]): void {
  if (pulumi.Output.isInstance(value) || (Array.isArray(value) && value.length > 0)) return;
  throw argumentError(resource, argument, value, "list at least one subnet");
}

const checkVariable = (name: string, value: unknown, place: Parameters<Check>[1]): void => {
  const { resource, argument } = place;
  if (!/^[A-Za-z]\w+$/.test(name))
    throw argumentError(
      resource,
      argument,
      name,
      "allowed are two or more letters, digits and _, the first a letter",
    );
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
  if (/^(AWS|LAMBDA)_/.test(name))
    throw argumentError(resource, argument, name, "Lambda keeps AWS_ and LAMBDA_ for itself");
  if (typeof value === "string" || pulumi.Output.isInstance(value)) return;
  if (typeof value !== "object" || value === null)
    throw describedError(resource, argument, typeof value, "give a text; use String(value)");
  if (value instanceof Promise) return;
  const keys = Object.keys(value);
  if (keys.length !== 1 || !["parameter", "secret"].includes(keys[0] ?? ""))
    throw argumentError(
      resource,
      argument,
      keys,
      "give a text, { parameter: <name> } or { secret: <name or ARN> }",
    );
};
