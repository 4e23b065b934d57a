import type { FaultRule } from "../../cloud/faults";
import type { RecordedCall } from "../../core/recorder";

/** What goes wrong with one call of the happy path. */
export type MatrixFault =
  /** Too fast, once: the SDK tries again. */
  | "throttleOnce"
  /** Too fast, whenever it is called: nothing helps but giving up in an orderly way. */
  | "throttleForever"
  | "internalErrorOnce"
  /** The connection ends before the effect, once. */
  | "connectionLostBefore"
  /** The effect happened, but the answer never arrives, once. */
  | "connectionLostAfter"
  /** A permission is missing, and stays missing. */
  | "accessDenied"
  /** What was just made is not seen yet, once. */
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

/** One cell of the matrix: a fault at a call. */
export interface FaultCase {
  /** `2:killWorkerAfter`: the second call of the happy path. */
  readonly id: string;
  readonly fault: MatrixFault;
  /** The call of the happy path that meets the fault. */
  readonly call: RecordedCall;
  readonly rule: FaultRule;
}

/** Every fault at every call, call by call. */
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

/** The service itself says how its errors are called. */
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
