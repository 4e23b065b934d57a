import type { RunResult } from "../../engine/run";
import { awsEnvironment, type Session } from "../../engine/session";
import { nameOf } from "../../engine/state/urn";
import type { Style } from "../output/style";
import { ownFunctions, tryLines } from "../tryLines/tryLines";

/** Returns the stack's outputs, the environment for AWS tools, and a line to paste for every API and function. */
export async function describeOutputs(
  session: Session,
  result: RunResult,
  style: Style,
): Promise<string> {
  const names = Object.keys(result.outputs);
  const width = Math.max(0, ...names.map((name) => name.length));
  const addresses = names
    .filter((name) => mayBeShown(name, session, result))
    .map((name) => String(result.outputs[name]));
  const tries = await tryLines(session, result, addresses);
  const environment = Object.entries(awsEnvironment(session.cloud)).map(
    ([name, value]) => `${name}=${value}`,
  );
  const lines = [
    style.bold("\nOutputs"),
    ...names.map((name) => `  ${name.padEnd(width)}  ${style.cyan(show(name, result))}`),
    ...(tries.length > 0 ? [style.bold("\nTry it"), ...tries.map((line) => `  ${line}`)] : []),
    ...debuggers(session, result, style),
    style.bold("\nAWS tools (SDKs, AWS CLI) in another terminal"),
    `  export ${environment.join(" ")}`,
  ];
  return `${lines.join("\n")}\n\n`;
}

/** Returns the debugger address of each function, if debugging is enabled. */
function debuggers(session: Session, result: RunResult, style: Style): string[] {
  const ports = ownFunctions(session, result).flatMap(({ urn, outputs: { name } }) => {
    const port = session.cloud.debugging.portOf(String(name));
    return port === undefined ? [] : [`  ${nameOf(urn).padEnd(24)} 127.0.0.1:${port}`];
  });
  return ports.length > 0 ? [style.bold("\nDebug (docs/debugging.md)"), ...ports] : [];
}

function show(name: string, { outputs, secretOutputs }: RunResult): string {
  if (secretOutputs.includes(name)) return "[secret]";
  const value = outputs[name];
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Checks whether a URL may be part of a line to paste. A URL with a secret may if the secret was generated for this
 * cloud: it opens nothing else, and is deleted with the cloud. A secret from outside, from the stack's configuration or
 * the environment, must not be printed.
 */
function mayBeShown(name: string, { project }: Session, result: RunResult): boolean {
  const value = result.outputs[name];
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  if (!result.secretOutputs.includes(name)) return true;
  const given = [...Object.values(project.config), ...Object.values(process.env)];
  // A component appends the secret as the last part of its public URL.
  const part = value.slice(value.lastIndexOf("/") + 1);
  return !given.some((text) => text?.includes(part));
}
