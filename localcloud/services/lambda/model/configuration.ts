import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { randomUUID } from "node:crypto";
import { timeLeft } from "../../../core/clock";
import { conflict } from "./errors";
import { functionArn } from "./functionReference";
import type { FunctionSettings, FunctionVersion, LambdaFunction } from "./model";
import type { LambdaStore } from "../store";

/** Returns a version's configuration as every operation shows it, with the `qualifier` of the request. */
export function configurationOf(
  version: FunctionVersion,
  place: { region: string; accountId: string },
  qualifier?: string,
): FunctionConfiguration {
  const { settings } = version;
  return {
    FunctionName: version.functionName,
    FunctionArn: functionArn(place, version.functionName, qualifier),
    Runtime: settings.runtime,
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: settings.code.zip.length,
    Description: settings.description,
    Timeout: settings.timeout,
    MemorySize: settings.memorySize,
    LastModified: version.lastModified.toISOString().replace("Z", "+0000"),
    CodeSha256: settings.code.sha256,
    Version: version.version,
    ...(settings.vpc && { VpcConfig: { ...settings.vpc, VpcId: "" } }),
    ...(settings.deadLetter && { DeadLetterConfig: settings.deadLetter }),
    ...(settings.environment && { Environment: { Variables: { ...settings.environment } } }),
    ...(settings.kmsKeyArn && { KMSKeyArn: settings.kmsKeyArn }),
    TracingConfig: { Mode: settings.tracingMode },
    RevisionId: version.revisionId,
    ...stateOf(version),
    PackageType: "Zip",
    Architectures: [...settings.architectures],
    EphemeralStorage: { Size: settings.ephemeralStorage },
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    RuntimeVersionConfig: {
      RuntimeVersionArn: `arn:aws:lambda:${place.region}::runtime:${settings.runtime}`,
    },
    LoggingConfig: { ...settings.logging },
  };
}

function stateOf({ change, isInactive, settings }: FunctionVersion): FunctionConfiguration {
  if (isInactive && !change) {
    const { bucket = "", key = "" } = settings.code.source ?? {};
    // AWS documents the state, but neither a reason nor a reason code.
    const StateReason = `Lambda has no access to the code at s3://${bucket}/${key}.`;
    return { State: "Inactive", StateReason, LastUpdateStatus: "Successful" };
  }
  const creating = "The function is being created.";
  switch (change?.kind) {
    case "create":
      return { State: "Pending", StateReason: creating, StateReasonCode: "Creating" };
    case "update":
      return {
        State: "Active",
        LastUpdateStatus: "InProgress",
        LastUpdateStatusReason: creating,
      };
    default:
      return { State: "Active", LastUpdateStatus: "Successful" };
  }
}

/**
 * Refuses a change while another change is in progress.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
export function checkNoChange({ latest, arn }: LambdaFunction): void {
  if (latest.change?.kind === "create")
    throw conflict(
      "The operation cannot be performed at this time. " +
        "The function is currently in the following state: Pending",
    );
  if (latest.change)
    throw conflict(
      `The operation cannot be performed at this time. An update is in progress for resource: ${arn}`,
    );
}

/** Gives `$LATEST` new settings. Environments use them when the change is complete. */
export function changeSettings(
  store: LambdaStore,
  { latest }: LambdaFunction,
  settings: FunctionSettings,
): void {
  latest.settings = settings;
  latest.isInactive = false;
  latest.lastModified = store.clock.date();
  beginChange(store, latest, "update");
}

/** Starts a change that completes after the store's delay; by default immediately. */
export function beginChange(
  store: LambdaStore,
  version: FunctionVersion,
  kind: "create" | "update",
): void {
  if (store.changeDelayMs === 0) return finish(store, version);
  version.revisionId = randomUUID();
  finishIn(store.changeDelayMs, store, version, kind);
}

/** Continues a change that an earlier run of the cloud began. */
export function continueChange(store: LambdaStore, version: FunctionVersion): void {
  const { kind, timer } = version.change ?? {};
  if (kind && timer) finishIn(timeLeft(timer, store.clock), store, version, kind);
}

function finishIn(
  ms: number,
  store: LambdaStore,
  version: FunctionVersion,
  kind: "create" | "update",
): void {
  version.change = { kind, timer: store.clock.setTimeout(() => finish(store, version), ms) };
}

function finish(store: LambdaStore, version: FunctionVersion): void {
  version.change = undefined;
  version.deployed = version.settings;
  version.revisionId = randomUUID();
  store.fleet.retire(version);
}
