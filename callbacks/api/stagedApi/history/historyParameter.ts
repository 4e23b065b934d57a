import { GetParameterCommand, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { type HistoryEntry, isSameEntry, parseHistory, withEntry } from "./history";

export const deploymentOnlyModule = true;

/** What happened to prod, the newest last. */
export async function readHistory(ssm: SSMClient, Name: string): Promise<HistoryEntry[]> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
  return parseHistory(Parameter?.Value ?? "[]");
}

/** Appends what is not there already. */
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
