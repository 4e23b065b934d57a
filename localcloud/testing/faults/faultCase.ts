import type { FaultRule } from "../../cloud/faults";
import type { RecordedCall } from "../../core/recorder";

/** The fault of one call of the happy path. */
export type MatrixFault =
  /** Throttled once: the SDK retries. */
  | "throttleOnce"
  /** Throttled at every call: the code can only give up in an orderly way. */
  | "throttleForever"
  | "internalErrorOnce"
  /** The connection is lost before the call has its effect, once. */
  | "connectionLostBefore"
  /** The call has its effect, but its answer is lost, once. */
  | "connectionLostAfter"
  /** A permission is missing permanently. */
  | "accessDenied"
  /** A resource that was just created is not visible yet, once. */
  | "notFound"
  /** The worker dies before the call has an effect, once. */
  | "killWorkerBefore"
  /** The worker dies right after the effect, once. */
  | "killWorkerAfter";

export const MATRIX_FAULTS: readonly MatrixFault[] = [
  "throttleOnce",
  "throttleForever",
  "internalErrorOnce",
  "connectionLostBefore",
  "connectionLostAfter",
  "accessDenied",
  "notFound",
  "killWorkerBefore",
  "killWorkerAfter",
];

/** One cell of the matrix: a fault of a call. */
export interface FaultCase {
  /** Such as `2:killWorkerAfter`: the second call of the happy path. */
  readonly id: string;
  readonly fault: MatrixFault;
  /** The call of the happy path that gets the fault. */
  readonly call: RecordedCall;
  readonly rule: FaultRule;
}

/** Returns every fault of every call, call by call. */
export function faultCases(
  calls: readonly RecordedCall[],
  faults: readonly MatrixFault[],
  roleName: string,
): readonly FaultCase[] {
  return calls.flatMap((call, index) => {
    const { service, operation } = call;
    const earlier = calls.slice(0, index).filter((other) => isSame(other, call)).length;
    return faults.map((fault) => ({
      id: `${index + 1}:${fault}`,
      fault,
      call,
      rule: { ...ruleOf(fault), service, operation, roleName, skip: earlier },
    }));
  });
}

function isSame(one: RecordedCall, other: RecordedCall): boolean {
  return one.service === other.service && one.operation === other.operation;
}

/** Returns the kind of a fault and how often it happens. Each service defines the names of its own errors. */
function ruleOf(fault: MatrixFault): Pick<FaultRule, "kind" | "times"> {
  switch (fault) {
    case "throttleOnce":
      return { kind: "throttle" };
    case "throttleForever":
      return { kind: "throttle", times: "forever" };
    case "internalErrorOnce":
      return { kind: "internalError" };
    case "accessDenied":
      return { kind: "accessDenied", times: "forever" };
    default:
      return { kind: fault };
  }
}
