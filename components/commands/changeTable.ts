import type { Move } from "../../callbacks/stagedApi/history";

/** What a move changes, as lines of text; what stays as it is says so. */
export function changeTable({ from, to }: Move): string {
  return table([
    ["", "now", "after"],
    ["PROD alias", `version ${from.version}`, after(from.version, to.version, "version")],
    [
      "prod stage",
      `deployment ${from.deploymentId}`,
      after(from.deploymentId, to.deploymentId, "deployment"),
    ],
  ]);
}

export function historyTable(history: readonly Move[]): string {
  const rows = history.map(({ at, action, from, to }) => [
    at,
    action,
    `${from.version} -> ${to.version}`,
    `${from.deploymentId} -> ${to.deploymentId}`,
  ]);
  return table([["at", "move", "version", "deployment"], ...rows]);
}

function after(from: string, to: string, kind: string): string {
  return from === to ? "unchanged" : `${kind} ${to}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_cell, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("   ")
        .trimEnd(),
    )
    .join("\n");
}
