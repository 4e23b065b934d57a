import { deniedStatus } from "../access/authorize";
import { AwsError, ConnectionLost } from "../core/errors";
import { faultCodes } from "./faultCodes";
import type { Principal } from "../core/principal";
import type { ServiceDefinition } from "../core/service";

/**
 * Kind of failure. `connectionLost...` drops the TCP connection before or after the effect (the SDK sees a network
 * error and may retry); `killWorker...` kills the Lambda worker that makes the call.
 */
export type FaultKind = (typeof FAULT_KINDS)[number];

export const FAULT_KINDS = [
  "throttle",
  "internalError",
  "accessDenied",
  "notFound",
  "connectionLostBefore",
  "connectionLostAfter",
  "killWorkerBefore",
  "killWorkerAfter",
] as const;

/** Selects the calls that fail, and how; an absent field matches everything. */
export interface FaultRule {
  readonly kind: FaultKind;
  readonly service?: string;
  readonly operation?: string;
  readonly roleName?: string;
  /** Number of matching calls that succeed before the fault begins. Default 0. */
  readonly skip?: number;
  /** Number of calls that fail. Default 1; `"forever"` for all. */
  readonly times?: number | "forever";
  /** Error code, if the service has several for the fault. Default: its usual one. */
  readonly code?: string;
}

interface ActiveRule {
  readonly id: number;
  readonly rule: FaultRule;
  seen: number;
  applied: number;
}

export class FaultInjector {
  private rules: ActiveRule[] = [];
  private nextId = 1;

  /** @param problemOf returns why a rule can never apply; undefined if it can. */
  constructor(private readonly problemOf: (rule: FaultRule) => string | undefined) {}

  /** @throws Error for a service or an operation that does not exist, because the rule would never apply. */
  add(rule: FaultRule): number {
    const problem = this.problemOf(rule);
    if (problem !== undefined) throw new Error(problem);
    const id = this.nextId++;
    this.rules.push({ id, rule, seen: 0, applied: 0 });
    return id;
  }

  remove(id: number): boolean {
    const before = this.rules.length;
    this.rules = this.rules.filter((active) => active.id !== id);
    return this.rules.length < before;
  }

  clear(): void {
    this.rules = [];
  }

  list(): readonly { id: number; rule: FaultRule; seen: number; applied: number }[] {
    return this.rules;
  }

  /** Returns the fault for this call and counts it; undefined = no fault. */
  next(call: { service: string; operation: string; principal: Principal }): FaultRule | undefined {
    for (const active of this.rules) {
      if (!applies(active.rule, call)) continue;
      active.seen += 1;
      if (active.seen <= (active.rule.skip ?? 0)) continue;
      const times = active.rule.times ?? 1;
      if (times !== "forever" && active.applied >= times) continue;
      active.applied += 1;
      return active.rule;
    }
    return undefined;
  }
}

/** The parts of a call that determine the name of its error. */
export interface FaultedCall {
  readonly service: Pick<ServiceDefinition<unknown>, "name" | "signingName" | "deniedCode">;
  readonly operation: string;
}

/** Returns the error of a fault: the service's own error, whose status its codec knows, or a lost connection. */
export function faultError(rule: FaultRule, { service, operation }: FaultedCall): Error {
  const codes = faultCodes(service.name, operation);
  switch (rule.kind) {
    case "throttle":
      return new AwsError(rule.code ?? codes.throttle, "Rate exceeded");
    case "internalError":
      return new AwsError(rule.code ?? codes.internalError, "An internal error occurred.", {
        status: 500,
      });
    case "accessDenied": {
      const code = rule.code ?? service.deniedCode ?? "AccessDeniedException";
      return new AwsError(code, "Access denied by a fault rule.", {
        status: deniedStatus(code, service.signingName),
      });
    }
    case "notFound":
      return new AwsError(rule.code ?? codes.notFound, "Not found (injected fault).");
    default:
      return new ConnectionLost(rule.kind);
  }
}

function applies(
  rule: FaultRule,
  call: { service: string; operation: string; principal: Principal },
): boolean {
  return (
    (rule.service === undefined || rule.service === call.service) &&
    (rule.operation === undefined || rule.operation === call.operation) &&
    (rule.roleName === undefined ||
      (call.principal.type === "role" && call.principal.roleName === rule.roleName))
  );
}
