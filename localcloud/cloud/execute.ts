import { randomUUID } from "node:crypto";
import { authorize } from "../access/authorize";
import { AwsError, notImplemented } from "../core/errors";
import { ConnectionLost, faultError, type FaultInjector, type FaultRule } from "./faults";
import type { Principal } from "../core/principal";
import type { Recorder } from "../core/recorder";
import { redact } from "./redact";
import type { LoadedService } from "./registry";
import type { AccessCheck, CallContext, CloudApi } from "../core/service";
import type { Throttle } from "../core/throttle";

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
  /** Absent: no call is throttled. */
  readonly throttle?: Throttle;
}

export function newRequestId(): string {
  return randomUUID();
}

/** Runs an operation as AWS would: the model's checks of the input, request rate, faults, permission checks, the effect, the record. */
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
  let checksPassed = 0;
  try {
    if (!operation) throw notImplemented(definition.signingName, call.operation);
    service.checkInput(call.operation, call.input);
    // The operation table erases the input types; the input has the shape of the schema.
    const input = call.input as never;
    checks = operation.access?.(input, context) ?? [
      { action: `${definition.iamPrefix}:${call.operation}`, resource: "*" },
    ];
    const fault = watch.faults.next({
      service: definition.name,
      operation: call.operation,
      principal: call.principal,
    });
    if (fault && !happensAfter(fault)) throw injected(fault, service, call, watch);
    // AWS counts a request against its rate whether or not the caller is allowed to make it.
    watch.throttle?.take(definition, call, watch.cloud.clock.now());
    for (const check of checks) {
      authorizeOne(check, service, call, watch);
      checksPassed += 1;
    }
    const output = ((await operation.run(input, context)) ?? {}) as object;
    if (fault) throw injected(fault, service, call, watch);
    note(service, call, { checks, checksPassed }, watch, undefined);
    return output;
  } catch (error) {
    note(service, call, { checks, checksPassed }, watch, error);
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

function injected(fault: FaultRule, service: LoadedService, call: Call, watch: Watch): Error {
  if (fault.kind.startsWith("killWorker")) watch.cloud.events.emit("killWorker", call.principal);
  const error = faultError(fault, { service: service.definition, operation: call.operation });
  return Object.assign(error, { injected: true });
}

function note(
  service: LoadedService,
  call: Call,
  access: { readonly checks: readonly AccessCheck[]; readonly checksPassed: number },
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
    checks: access.checks.map(({ action, resource }) => ({ action, resource })),
    checksPassed: access.checksPassed,
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
    error instanceof AwsError &&
    /^(AccessDenied|UnauthorizedOperation|AuthorizationError)/.test(error.code);
  return { outcome: denied ? "denied" : "error", errorCode: name, errorMessage: message };
}

function isInjected(error: unknown): boolean {
  return typeof error === "object" && error !== null && "injected" in error;
}
