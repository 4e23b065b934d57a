import type { LoggingConfig } from "@aws-sdk/client-lambda";
import { timeoutText, type FunctionFailure } from "./failure";

/** Measurements of one invocation, for its REPORT line. */
export interface InvocationReport {
  readonly requestId: string;
  readonly durationMs: number;
  /** Present only for an environment's first invocation. */
  readonly initMs?: number;
  readonly memorySizeMB: number;
  readonly maxMemoryUsedMB: number;
  readonly status: "success" | "error" | "timeout" | "failure";
  readonly errorType?: string;
}

/** Returns the lines that Lambda itself writes into a function's log, in the function's log format. */
export interface SystemLog {
  initStart(): string[];
  initFailed(initMs: number, errorType: string): string[];
  start(requestId: string): string[];
  timedOut(requestId: string, seconds: number): string[];
  /** Returns the lines for a process that ended by itself. */
  crashed(requestId: string, failure: FunctionFailure): string[];
  end(report: InvocationReport): string[];
}

export interface SystemLogSubject {
  readonly functionName: string;
  readonly version: string;
  readonly runtime: string;
  readonly region: string;
  readonly logging: LoggingConfig;
  now(): Date;
}

export function systemLog(subject: SystemLogSubject): SystemLog {
  return subject.logging.LogFormat === "JSON" ? jsonLog(subject) : textLog(subject);
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
function textLog(subject: SystemLogSubject): SystemLog {
  return {
    initStart: () => [
      `INIT_START Runtime Version: ${runtimeVersion(subject)}\tRuntime Version ARN: ${runtimeArn(subject)}`,
    ],
    initFailed: (initMs, errorType) => [
      `INIT_REPORT Init Duration: ${ms(initMs)}\tPhase: init\tStatus: error\tError Type: ${errorType}`,
    ],
    start: (requestId) => [`START RequestId: ${requestId} Version: ${subject.version}`],
    timedOut: (requestId, seconds) => [
      `${subject.now().toISOString()} ${requestId} ${timeoutText(seconds)}`,
    ],
    crashed: (_requestId, failure) => [`${failure.errorMessage}\n${failure.errorType}`],
    end: (report) => [`END RequestId: ${report.requestId}`, reportLine(report)],
  };
}

function reportLine(report: InvocationReport): string {
  const fields = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${ms(report.durationMs)}`,
    `Billed Duration: ${billedMs(report)} ms`,
    `Memory Size: ${report.memorySizeMB} MB`,
    `Max Memory Used: ${report.maxMemoryUsedMB} MB`,
    ...(report.initMs === undefined ? [] : [`Init Duration: ${ms(report.initMs)}`]),
    ...(report.status === "timeout" ? ["Status: timeout"] : []),
    ...(report.status === "failure" ? ["Status: error", `Error Type: ${report.errorType}`] : []),
  ];
  return `${fields.join("\t")}\t`;
}

/** Returns the billed milliseconds. Since August 2025 the first invocation is billed for the init phase too. */
function billedMs(report: InvocationReport): number {
  return Math.ceil(report.durationMs + (report.initMs ?? 0));
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}

const SYSTEM_LEVELS = ["DEBUG", "INFO", "WARN"];
type SystemLevel = "DEBUG" | "INFO" | "WARN";

/**
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html and, for the
 * level of each event, https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
function jsonLog(subject: SystemLogSubject): SystemLog {
  const least = SYSTEM_LEVELS.indexOf(subject.logging.SystemLogLevel ?? "INFO");
  const event = (level: SystemLevel, type: string, record: object): string[] =>
    SYSTEM_LEVELS.indexOf(level) < least
      ? []
      : [JSON.stringify({ time: subject.now().toISOString(), type, record })];
  const init = { initializationType: "on-demand", phase: "init" };
  return {
    initStart: () =>
      event("INFO", "platform.initStart", {
        ...init,
        runtimeVersion: runtimeVersion(subject),
        runtimeVersionArn: runtimeArn(subject),
        functionName: subject.functionName,
        functionVersion: subject.version,
      }),
    initFailed: (initMs, errorType) =>
      event("WARN", "platform.initReport", {
        ...init,
        status: "error",
        errorType,
        metrics: { durationMs: rounded(initMs) },
      }),
    start: (requestId) => event("INFO", "platform.start", { requestId, version: subject.version }),
    // In JSON format, only the report states how an invocation failed.
    timedOut: () => [],
    crashed: () => [],
    end: (report) => {
      const { requestId, errorType, initMs } = report;
      const failed = report.status !== "success";
      const status = report.status === "failure" ? "error" : report.status;
      return [
        ...event(failed ? "WARN" : "DEBUG", "platform.runtimeDone", {
          requestId,
          status,
          ...(errorType && { errorType }),
          metrics: { durationMs: rounded(report.durationMs) },
        }),
        ...event(failed ? "WARN" : "INFO", "platform.report", {
          requestId,
          metrics: {
            durationMs: rounded(report.durationMs),
            billedDurationMs: billedMs(report),
            memorySizeMB: report.memorySizeMB,
            maxMemoryUsedMB: report.maxMemoryUsedMB,
            ...(initMs !== undefined && { initDurationMs: rounded(initMs) }),
          },
          status,
          ...(errorType && { errorType }),
        }),
      ];
    },
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function runtimeVersion(subject: SystemLogSubject): string {
  return subject.runtime
    .replace(/^nodejs(\d+)\.x$/, "nodejs:$1.v1")
    .replace(/^python(.*)$/, "python:$1.v1");
}

function runtimeArn(subject: SystemLogSubject): string {
  return `arn:aws:lambda:${subject.region}::runtime:${subject.runtime}`;
}
