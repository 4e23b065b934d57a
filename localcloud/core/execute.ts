import { randomUUID } from "node:crypto";
import { authorize } from "./authorize";
import { AwsError, notImplemented } from "./errors";
import { ConnectionLost, faultError, type FaultInjector, type FaultRule } from "./faults";
import type { Principal } from "./principal";
import type { Recorder } from "./recorder";
import { redact } from "./redact";
import type { LoadedService } from "./registry";
import type { AccessCheck, CallContext, CloudApi } from "./service";

/** One call on its way through the cloud. */
export interface Call {
  readonly operation: string;
  readonly input: object;
  readonly principal: Principal;
  readonly region: string;
  readonly requestId: string;
  readonly sourceIp?: string;
}

/** The parts of the cloud that watch over every call. */
export interface Watch {
  readonly cloud: CloudApi;
  readonly recorder: Recorder;
  readonly faults: FaultInjector;
}

export function newRequestId(): string {
  return randomUUID();
}

/** Runs an operation as AWS would: faults, permission checks, the effect, the record. */
export async function execute(service: LoadedService, call: Call, watch: Watch): Promise<object> {
  const { definition } = service;
  const operation = definition.operations[call.operation];
  const context: CallContext<unknown> = {
    store: service.store(call.region, watch.cloud),
    principal: call.principal,
    region: call.region,
    accountId: watch.cloud.accountId,
    requestId: call.requestId,
    clock: watch.cloud.clock,
    cloud: watch.cloud,
  };
  let checks: readonly AccessCheck[] = [];
  try {
    if (!operation) throw notImplemented(definition.signingName, call.operation);
    // The operation table erases the input types; the codec has shaped the input by the schema.
    const input = call.input as never;
    checks = operation.access?.(input, context) ?? [
      { action: `${definition.iamPrefix}:${call.operation}`, resource: "*" },
    ];
    const fault = watch.faults.next({
      service: definition.name,
      operation: call.operation,
      principal: call.principal,
    });
    if (fault && !happensAfter(fault)) throw await injected(fault, call, watch);
    for (const check of checks) authorizeOne(check, service, call, watch);
    const output = ((await operation.run(input, context)) ?? {}) as object;
    if (fault) throw await injected(fault, call, watch);
    note(service, call, checks, watch, undefined);
    return output;
  } catch (error) {
    note(service, call, checks, watch, error);
    throw error;
  }
}

function authorizeOne(check: AccessCheck, service: LoadedService, call: Call, watch: Watch): void {
  const { definition } = service;
  authorize(check, call.principal, watch.cloud.identity, {
    region: call.region,
    sourceIp: call.sourceIp,
    now: watch.cloud.clock.date(),
    service: definition.signingName,
    deniedCode: definition.deniedCode ?? "AccessDeniedException",
  });
}

function happensAfter(fault: FaultRule): boolean {
  return fault.kind === "connectionLostAfter" || fault.kind === "killWorkerAfter";
}

async function injected(fault: FaultRule, call: Call, watch: Watch): Promise<Error> {
  if (fault.kind.startsWith("killWorker")) watch.cloud.events.emit("killWorker", call.principal);
  return Object.assign(faultError(fault), { injected: true });
}

function note(
  service: LoadedService,
  call: Call,
  checks: readonly AccessCheck[],
  watch: Watch,
  error: unknown,
): void {
  const recorded = watch.recorder.record({
    time: watch.cloud.clock.now(),
    requestId: call.requestId,
    service: service.definition.name,
    operation: call.operation,
    region: call.region,
    principal: call.principal,
    checks: checks.map(({ action, resource }) => ({ action, resource })),
    input: redact(call.input, service.definition.secretInputs?.[call.operation]),
    ...outcome(error),
  });
  watch.cloud.events.emit("call", recorded);
}

function outcome(
  error: unknown,
):
  | { outcome: "ok" }
  | { outcome: "denied" | "error" | "fault"; errorCode: string; errorMessage: string } {
  if (error === undefined) return { outcome: "ok" };
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof ConnectionLost || isInjected(error))
    return { outcome: "fault", errorCode: name, errorMessage: message };
  const denied =
    error instanceof AwsError && /^(AccessDenied|UnauthorizedOperation)/.test(error.code);
  return { outcome: denied ? "denied" : "error", errorCode: name, errorMessage: message };
}

function isInjected(error: unknown): boolean {
  return typeof error === "object" && error !== null && "injected" in error;
}
