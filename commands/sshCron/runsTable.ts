import type { RunRecord } from "../../callbacks/instances/sshCron/model";
import { visible } from "../../callbacks/instances/sshCron/visible";

/** Runs as lines of columns; what hosts chose themselves is shown so that it can be nothing else. */
export function runsTable(runs: readonly RunRecord[]): string {
  const rows = [["host", "name", "state", "exit", "ms", "bytes", "log"], ...runs.map(cellsOf)];
  const widths = rows[0].map((_title, column) =>
    Math.max(...rows.map((row) => row[column].length)),
  );
  return rows
    .flatMap((row, index) => {
      const line = row.map((cell, column) => cell.padEnd(widths[column])).join("  ");
      const reason = index === 0 ? undefined : runs[index - 1].reason;
      return [`  ${line}`.trimEnd(), ...(reason ? [`    ${visible(reason, 500)}`] : [])];
    })
    .join("\n");
}

function cellsOf({
  host,
  name = "",
  state,
  exit,
  signal,
  startedAt,
  endedAt,
  bytes,
  log = "",
}: RunRecord): string[] {
  const ms = startedAt === undefined || endedAt === undefined ? "" : `${endedAt - startedAt}`;
  const end = exit === undefined ? (signal ?? "") : `${exit}`;
  const cells = [host, name, state, end, ms, bytes === undefined ? "" : `${bytes}`, log];
  return cells.map((cell) => visible(cell, 120));
}
