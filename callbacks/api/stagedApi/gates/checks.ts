import { isMainThread } from "node:worker_threads";
import { messageOf, shownValue } from "../../../thrown";

export const deploymentOnlyModule = true;

/** One check: it passes by returning nothing or true, and fails by throwing or returning anything else. */
export type Check<Tools> = (tools: Tools) => Promise<unknown>;

/** Checks by name. */
export type Checks<Tools> = Readonly<Record<string, Check<Tools>>>;

/**
 * Runs the checks one after another and stops at the first that fails; the error names it.
 *
 * @param kind name of this kind of check in the error, such as `gate`.
 * @param remaining milliseconds until all of them must be done.
 * @param begins called before each check runs.
 */
export async function runChecks<Tools>(
  kind: string,
  checks: Checks<Tools>,
  tools: Tools,
  remaining: () => number,
  begins: () => void = () => undefined,
): Promise<void> {
  for (const [name, check] of Object.entries(checks)) {
    // When the process is killed, this is the last line of the log.
    console.log(`${kind} '${name}' begins`);
    begins();
    const problem = await withoutExit(() => problemOf(check, tools, remaining()));
    if (problem !== undefined) throw checkFailure(`${kind} '${name}' failed: ${problem}`);
  }
}

/**
 * A check that calls `process.exit` would skip the remaining checks and the report: it fails instead. In another thread
 * it only ends that thread, and Node.js itself calls it there after an uncaught error.
 */
async function withoutExit<Answer>(run: () => Promise<Answer>): Promise<Answer> {
  if (!isMainThread) return run();
  const { exit } = process;
  process.exit = (code) => {
    throw new Error(`it called process.exit(${code ?? ""})`);
  };
  try {
    return await run();
  } finally {
    process.exit = exit;
  }
}

/**
 * Without a stack, which would only show places in the bundled file: an update shows the error as Lambda reports it.
 */
export function checkFailure(message: string): Error {
  return Object.assign(new Error(message), { stack: "" });
}

/** Returns why a check did not pass; undefined when it passed. A check that does not clearly pass has failed. */
async function problemOf<Tools>(
  check: Check<Tools>,
  tools: Tools,
  milliseconds: number,
): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    const seconds = Math.max(milliseconds, 0) / 1000;
    const late = new Error(`it did not end within ${seconds.toFixed(1)} seconds`);
    timer = setTimeout(() => reject(late), Math.max(milliseconds, 0));
  });
  try {
    const answer = await Promise.race([check(tools), timeout]);
    if (answer === undefined || answer === true) return undefined;
    return `it returned ${shownValue(answer)}; return true or nothing to pass`;
  } catch (error) {
    return messageOf(error);
  } finally {
    clearTimeout(timer);
  }
}
