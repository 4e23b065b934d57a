import { type HistoryEntry, isMove, type Move } from "../callbacks/api/stagedApi/history/history";
import type { CanaryPlan } from "./canary";
import { columns } from "./columns";

/** What a move changes, as lines of text; what stays as it is says so. */
export function changeTable({ from, to, canary }: Move): string {
  const alias = canary === undefined ? undefined : { percent: canary, to };
  return table([
    ["", "now", "after"],
    ["PROD alias", aliasText(from.version, alias), after(from.version, to.version, "version")],
    [
      "prod stage",
      `deployment ${from.deploymentId}`,
      after(from.deploymentId, to.deploymentId, "deployment"),
    ],
  ]);
}

/** What a canary changes: only the alias, whatever else its release has. */
export function canaryTable({ prod, before, after: canary }: CanaryPlan): string {
  const definition = canary && canary.to.deploymentId !== prod.deploymentId;
  return table([
    ["", "now", "after"],
    ["PROD alias", aliasText(prod.version, before), aliasText(prod.version, canary)],
    [
      "prod stage",
      `deployment ${prod.deploymentId}`,
      definition ? "unchanged until --finish" : "unchanged",
    ],
    ["goes back", before?.until ?? "", canary?.until ?? ""],
  ]);
}

export function historyTable(history: readonly HistoryEntry[]): string {
  const rows = history.map((entry) => [
    entry.at,
    ...(isMove(entry)
      ? [
          entry.canary === undefined ? entry.action : `${entry.action} (canary finished)`,
          `${entry.from.version} -> ${entry.to.version}`,
          `${entry.from.deploymentId} -> ${entry.to.deploymentId}`,
          "",
        ]
      : [`canary ${entry.canary}`, `${entry.version}, ${entry.percent} %`, "", entry.reason ?? ""]),
  ]);
  return table([["at", "move", "version", "deployment", "why"], ...rows]);
}

function aliasText(
  version: string,
  canary: { percent: number; to: { version: string } } | undefined,
): string {
  const alone = `version ${version}`;
  return canary ? `${alone}, ${canary.percent} % version ${canary.to.version}` : alone;
}

function after(from: string, to: string, kind: string): string {
  return from === to ? "unchanged" : `${kind} ${to}`;
}

function table(rows: readonly (readonly string[])[]): string {
  return columns(rows, "   ").join("\n");
}
