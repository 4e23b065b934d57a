import { readFileSync } from "node:fs";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { type Lines, RunningError, type RunningCloud } from "./runningCloud";

/** Invokes a function and prints its result; exit code 1 if it failed. */
export async function invoke(
  cloud: RunningCloud,
  { of, event }: { readonly of: string; readonly event: string | undefined },
  { print, complain }: Lines,
): Promise<number> {
  const found = await cloud.function(of);
  const payload = event === undefined ? JSON.stringify(found.event ?? {}) : readEvent(event);
  const client = new LambdaClient({ ...(await cloud.client()), maxAttempts: 1 });
  try {
    const command = new InvokeCommand({ FunctionName: found.id, Payload: payload });
    const { Payload, FunctionError } = await client.send(command);
    print(Payload?.transformToString() ?? "");
    if (FunctionError === undefined) return 0;
    complain(`${found.name} failed on ${payload}`);
    return 1;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ECONNRESET") throw new RunningError(message);
    throw new RunningError(
      `the connection was lost before '${found.name}' answered: the cloud has ended, or a fault is injected.`,
    );
  } finally {
    client.destroy();
  }
}

/** Matches the beginning of JSON, as opposed to a file's name. */
const JSON_TEXT = /^\s*([{["\d]|(true|false|null)\s*$)/;

/** Reads the event: `-` is standard input, `{...}` is JSON, and anything else a file. */
function readEvent(given: string): string {
  const isText = JSON_TEXT.test(given);
  const text = isText ? given : read(given);
  try {
    JSON.parse(text);
  } catch (error) {
    const what = isText ? "the event" : given === "-" ? "standard input" : given;
    throw new RunningError(`${what} is not valid JSON: ${(error as Error).message}`);
  }
  return text;
}

function read(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new RunningError(`cannot read the event: ${(error as Error).message}`);
  }
}
