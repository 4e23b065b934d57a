import { randomUUID } from "node:crypto";
import { authorize } from "../access/authorize";
import { asError, AwsError, ConnectionLost, notImplemented } from "../core/errors";
import { faultError, type FaultInjector, type FaultRule } from "./faults";
import type { Principal } from "../core/principal";
import type { Recorder } from "../core/recorder";
import { redact } from "./redact";
import type { LoadedService } from "./registry";
import type { AccessCheck, CallContext, CloudApi } from "../core/service";
import type { Decision } from "../core/decision";
import type { Throttle } from "../core/throttle";
import { begin, cause, finish, within, type Span } from "../core/trace";

/** A call in progress. */
export interface Call {
  readonly operation: string;
  readonly input: object;
  readonly principal: Principal;
  readonly region: string;
  readonly requestId: string;
  readonly sourceIp?: string;
}

/** The parts of the cloud that observe and influence every call. */
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

/** Runs an operation as AWS does: validates the input, then request rate, faults, permissions, effect, and record. */
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
  const decisions: Decision[] = [];
  let span: Span | undefined;
  try {
    if (!operation) throw notImplemented(definition.signingName, call.operation);
    service.checkInput(call.operation, call.input);
    // The operation table loses the input types; the input matches the schema.
    const input = call.input as never;
    checks = operation.access?.(input, context) ?? [
      { action: `${definition.iamPrefix}:${call.operation}`, resource: "*" },
    ];
    span = beginCall(definition.name, call, checks, watch.cloud);
    if (definition.reports && !definition.reports.includes(call.operation))
      await watch.cloud.gathered.flush();
    const fault = watch.faults.next({
      service: definition.name,
      operation: call.operation,
      principal: call.principal,
    });
    if (fault && !happensAfter(fault)) throw injected(fault, service, call, watch);
    // AWS counts a request against its rate even if the caller may not make it.
    watch.throttle?.take(definition, call, watch.cloud.clock.now());
    for (const check of checks) decisions.push(authorizeOne(check, service, call, watch));
    const output = (await within(span ?? cause(), () => operation.run(input, context))) ?? {};
    if (fault) throw injected(fault, service, call, watch);
    note(service, call, { checks, decisions, span }, watch, undefined);
    return output;
  } catch (error) {
    note(service, call, { checks, decisions, span }, watch, error);
    throw error;
  }
}

/** Begins the span of a call below its cause; a call over HTTP from elsewhere begins a trace. */
function beginCall(
  service: string,
  { operation, principal, sourceIp }: Call,
  checks: readonly AccessCheck[],
  { tracer }: CloudApi,
): Span | undefined {
  // Metrics and events that services report need no permission and are not traced.
  if (!tracer || (principal.type === "service" && checks.length === 0)) return undefined;
  const start = { kind: "call", name: `${service}.${operation}` } as const;
  return sourceIp !== undefined && !cause() ? tracer.begin(start) : begin(start);
}

function authorizeOne(
  check: AccessCheck,
  service: LoadedService,
  call: Call,
  watch: Watch,
): Decision {
  const { definition } = service;
  return authorize(check, call.principal, watch.cloud.identity, {
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
  access: { checks: readonly AccessCheck[]; decisions: readonly Decision[]; span?: Span },
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
    checksPassed: access.decisions.length,
    input: redact(call.input, service.definition.secretInputs?.[call.operation]),
    ...outcome(error),
  });
  finish(access.span, recorded.outcome, { call: recorded, decisions: access.decisions });
  watch.cloud.events.emit("call", recorded);
}

function outcome(
  error: unknown,
):
  | { outcome: "ok" }
  | { outcome: "denied" | "error" | "fault"; errorCode: string; errorMessage: string } {
  if (error === undefined) return { outcome: "ok" };
  const { name, message } = asError(error);
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
