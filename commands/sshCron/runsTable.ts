import type { RunRecord } from "../../callbacks/instances/sshCron/model";
import { visible } from "../../callbacks/instances/sshCron/visible";
import { columns } from "../columns";

/** Formats runs as columns. Texts from hosts are escaped, so that they cannot imitate other output. */
export function runsTable(runs: readonly RunRecord[]): string {
  const titles = ["host", "name", "state", "exit", "ms", "bytes", "log"];
  return columns([titles, ...runs.map(cellsOf)], "  ")
    .flatMap((line, index) => {
      const reason = runs[index - 1]?.reason;
      return [`  ${line}`, ...(reason ? [`    ${visible(reason, 500)}`] : [])];
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
