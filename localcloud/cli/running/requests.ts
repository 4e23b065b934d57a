import type { RecordedCall } from "../../core/recorder";
import { untilStopped } from "../process/stopSignal";
import type { RunningCloud } from "./runningCloud";

/** Milliseconds between requests for new calls. */
const POLL_MS = 250;

/**
 * Prints the AWS calls that the cloud has answered and refused, with caller and operation; with `follow` until Ctrl-C.
 */
export async function requests(
  cloud: RunningCloud,
  { follow }: { readonly follow: boolean },
  print: (line: string) => void,
): Promise<void> {
  const stopped = follow ? untilStopped() : undefined;
  let after = 0;
  for (;;) {
    const calls = (await cloud.ask("GET", `calls?after=${after}`)) as RecordedCall[];
    for (const call of calls) print(lineOf(call));
    after = calls.at(-1)?.sequence ?? after;
    if (!stopped || stopped.signal.aborted) return;
    await Promise.race([new Promise((done) => setTimeout(done, POLL_MS)), stopped.promise]);
  }
}

function lineOf({
  time,
  principal,
  service,
  operation,
  outcome,
  errorMessage,
  errorCode,
}: RecordedCall): string {
  const who = "roleName" in principal ? principal.roleName : principal.type;
  const what = `${new Date(time).toISOString().slice(11, 23)} ${who} ${service}:${operation}`;
  return outcome === "ok"
    ? what
    : `${what} ${outcome}: ${errorCode ?? ""} ${errorMessage ?? ""}`.trimEnd();
}
