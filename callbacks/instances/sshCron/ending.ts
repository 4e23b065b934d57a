import { reasonOf } from "../../retry";
import { metricLine } from "./metrics";
import { isFailure, type RunEnd } from "./model";
import type { Output } from "./output";
import type { RunPorts } from "./prepare";
import type { RunMessage } from "./settings";

export const deploymentOnlyModule = true;

/** Reports the end of a run once: a line of the log, which is also the metric. */
export function reportEnd(
  { occurrence, host }: RunMessage,
  { settings, print, now }: RunPorts,
  since: number,
  end: RunEnd,
): RunEnd {
  const counts = { Runs: 1, Failures: isFailure(end.state) ? 1 : 0 };
  const about = { occurrence, host: host.id, name: host.name, ms: now() - since, ...end };
  print(metricLine(settings.metricsName, now(), counts, about));
  return end;
}

/** Writes the output and the end; if the log cannot be written, the record says so. */
export async function keepLog(
  message: RunMessage,
  { writeLog }: RunPorts,
  output: Output,
  end: RunEnd,
): Promise<RunEnd> {
  const last = [end.state, end.reason ?? ""].join(" ").trim();
  const contents = Buffer.concat([output.contents(), Buffer.from(`\n${last}\n`)]);
  try {
    return { ...end, log: await writeLog(message, contents) };
  } catch (error) {
    console.error("log", { host: message.host.id, reason: reasonOf(error) });
    const reason = [end.reason, "its log could not be written"].filter(Boolean).join("; ");
    return { ...end, reason };
  }
}
