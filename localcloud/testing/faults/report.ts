import type { RecordedCall } from "../../core/recorder";
import { table } from "../table";
import type { FaultCase } from "./faultCase";
import { replayCommand } from "./replay";

/** Result of one case. */
export interface FaultCaseResult {
  readonly case: FaultCase;
  /** How often the fault happened. */
  readonly met: number;
  /** The calls that the code made in this case, retries included. */
  readonly calls: readonly RecordedCall[];
  /** How the invariant was broken; undefined if it was not. */
  readonly failure?: Error;
}

export interface FaultMatrixReport {
  readonly name: string;
  readonly seed: number;
  /** The calls of the happy path. */
  readonly calls: readonly RecordedCall[];
  /** In the order they ran. */
  readonly cases: readonly FaultCaseResult[];
  /** Whether `FAULT_CASE` selects a case of another matrix. */
  readonly skipped: boolean;
}

/** Thrown if faults broke the invariant; the message lists them, with the commands that replay them. */
export class FaultMatrixError extends Error {
  override readonly name = "FaultMatrixError";

  constructor(readonly report: FaultMatrixReport) {
    super(failureText(report));
  }
}

/** Returns the matrix as a table: a row for each call of the happy path, a column for each fault. */
export function formatFaultMatrix({ name, seed, calls, cases }: FaultMatrixReport): string {
  const faults = [...new Set(cases.map((result) => result.case.fault))].sort();
  const rows = calls.map((call, index) => [
    `${index + 1} ${call.service}:${call.operation}`,
    ...faults.map((fault) => cell(cases, `${index + 1}:${fault}`)),
  ]);
  return `${name}, seed ${seed}\n${table(["call", ...faults], rows)}`;
}

function cell(cases: readonly FaultCaseResult[], id: string): string {
  const result = cases.find((one) => one.case.id === id);
  if (!result) return "-";
  return result.failure ? "BROKEN" : "held";
}

function failureText(report: FaultMatrixReport): string {
  const failures = report.cases.filter(({ failure }) => failure);
  return [
    `${failures.length} of ${report.cases.length} faults broke the invariant.`,
    formatFaultMatrix(report),
    ...failures.map(({ case: { id, call, fault }, failure }) =>
      [
        `${fault} at call ${id.split(":")[0]} (${call.service}:${call.operation}): ${failure?.message}`,
        `  ${replayCommand(report.name, report.seed, id)}`,
      ].join("\n"),
    ),
  ].join("\n\n");
}
