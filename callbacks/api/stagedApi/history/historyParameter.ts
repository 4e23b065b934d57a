import { GetParameterCommand, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { type HistoryEntry, isHistory, isSameEntry, withEntry } from "./history";
import { readParameterText } from "./parameterText";

export const deploymentOnlyModule = true;

/** Reads the history of prod, the newest entry last. */
export async function readHistory(ssm: SSMClient, Name: string): Promise<HistoryEntry[]> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
  return readParameterText(Name, Parameter?.Value ?? "[]", isHistory);
}

/** Appends the entries that are not there yet. */
export async function noteEntries(
  ssm: SSMClient,
  Name: string,
  entries: readonly HistoryEntry[],
): Promise<void> {
  const history = await readHistory(ssm, Name);
  const missing = entries.filter((entry) => !history.some((noted) => isSameEntry(noted, entry)));
  if (missing.length > 0) await writeHistory(ssm, Name, missing.reduce(withEntry, history));
}

export async function writeHistory(
  ssm: SSMClient,
  Name: string,
  history: readonly HistoryEntry[],
): Promise<void> {
  const Value = JSON.stringify(history);
  await ssm.send(new PutParameterCommand({ Name, Value, Overwrite: true }));
}
