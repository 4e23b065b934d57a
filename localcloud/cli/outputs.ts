import type { RunResult } from "../engine/run";
import { awsEnvironment, ROOT_CREDENTIALS, type Session } from "../engine/session";
import { apiCalls, type ApiCall } from "./apiCalls";
import { examplePush } from "./examplePush";
import { loadCalls } from "./loadCalls";
import type { Style } from "./style";

/** The stack's outputs, the environment for AWS tools, and lines to paste for every API and function of the outputs. */
export async function describeOutputs(
  session: Session,
  result: RunResult,
  style: Style,
): Promise<string> {
  const { cloud } = session;
  const lines = [style.bold("\nOutputs")];
  const names = Object.keys(result.outputs);
  const width = Math.max(0, ...names.map((name) => name.length));
  for (const name of names)
    lines.push(`  ${name.padEnd(width)}  ${style.cyan(show(name, result))}`);

  const addresses = names.filter((name) => mayBeShown(name, session, result));
  const calls = await apiCalls(
    cloud,
    addresses.map((name) => String(result.outputs[name])),
  );
  const webhooks = addresses
    .filter((name) => name.endsWith("WebhookUrl"))
    .map((name) => result.outputs[name]);
  const functions = names.filter(
    (name) => name.endsWith("FunctionName") && !result.secretOutputs.includes(name),
  );
  const loads = await loadCalls(cloud);
  if (calls.length + functions.length + loads.length > 0) lines.push(style.bold("\nTry it"));
  for (const call of calls) {
    const isWebhook = call.body === undefined && webhooks.includes(call.url);
    lines.push(`  ${curl(isWebhook ? { ...call, body: await examplePush(cloud) } : call)}`);
  }
  for (const name of functions)
    lines.push(`  ${invokeWithCurl(session, String(result.outputs[name]))}`);
  for (const load of loads) lines.push(`  ${curl(load)}`);

  lines.push(style.bold("\nAWS tools (SDKs, AWS CLI) in another terminal"));
  const environment = Object.entries(awsEnvironment(cloud)).map(
    ([name, value]) => `${name}=${value}`,
  );
  lines.push(`  export ${environment.join(" ")}`);
  return `${lines.join("\n")}\n\n`;
}

function show(name: string, { outputs, secretOutputs }: RunResult): string {
  if (secretOutputs.includes(name)) return "[secret]";
  const value = outputs[name];
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Whether an address may stand in a line to paste. One with a secret may: what was generated for this cloud opens
 * nothing else and is gone with it. A secret that came from outside, from the stack's configuration or the
 * environment, is not ours to print.
 */
function mayBeShown(name: string, { project }: Session, result: RunResult): boolean {
  const value = result.outputs[name];
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  if (!result.secretOutputs.includes(name)) return true;
  const given = [...Object.values(project.config), ...Object.values(process.env)];
  // The last part is the one that a component adds to its public address.
  const part = value.slice(value.lastIndexOf("/") + 1);
  return !given.some((text) => text?.includes(part));
}

function curl({ method, url, body }: Pick<ApiCall, "method" | "url" | "body">): string {
  const verb = method === "GET" ? "" : ` -X ${method}`;
  const data =
    body === undefined
      ? ""
      : ` -H 'content-type: application/json' -d ${quote(JSON.stringify(body))}`;
  return `curl${verb} ${quote(url)}${data}`;
}

/** curl signs the request itself, so that no AWS tool is needed. */
function invokeWithCurl({ cloud }: Session, functionName: string): string {
  const { accessKeyId, secretAccessKey } = ROOT_CREDENTIALS;
  const url = `${cloud.endpoint}/2015-03-31/functions/${functionName}/invocations`;
  return (
    `curl --aws-sigv4 aws:amz:${cloud.defaultRegion}:lambda --user ${accessKeyId}:${secretAccessKey} ` +
    `${quote(url)} -d '{"hello":"world"}'`
  );
}

/** One argument of a POSIX shell. */
function quote(text: string): string {
  return /^[\w:/.,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
