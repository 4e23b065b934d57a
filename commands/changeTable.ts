import { type HistoryEntry, isMove, type Move } from "../callbacks/api/stagedApi/history/history";
import type { CanaryPlan } from "./canary";
import { columns } from "./columns";

/** Returns what a move changes, as lines of text; unchanged parts are marked as such. */
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

/** Returns what a canary changes: only the alias, even if its release differs in more. */
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
