import type { RunResult } from "../../engine/run";
import { awsEnvironment, ROOT_CREDENTIALS, type Session } from "../../engine/session";
import type { ResourceState } from "../../engine/state/state";
import { parseUrn } from "../../engine/state/urn";
import { type ApiCall, apiCalls } from "./apiCalls";
import { clockCalls } from "./clockCall";
import { exampleEvent, functionsOf } from "../../engine/deployed/exampleEvent";
import { examplePush } from "./examplePush";
import { loadCalls } from "./loadCalls";
import { zipCalls } from "./zipCalls";

/**
 * Returns lines to paste: one for each route of an API, for each of the program's own functions, for each service that
 * an alarm watches, and one that advances the clock until schedules run. `addresses` are outputs that may be shown;
 * they replace matching example URLs.
 */
export async function tryLines(
  session: Session,
  result: RunResult,
  addresses: readonly string[],
): Promise<string[]> {
  const { cloud } = session;
  const calls = await apiCalls(cloud, addresses);
  const webhooks = Object.entries(result.outputs)
    .filter(([name]) => /webhookUrl$/i.test(name))
    .map(([, url]) => url);
  const requests = calls.map(async (call) => {
    const isPush = addresses.includes(call.url) && webhooks.includes(call.url);
    return curl(isPush ? { ...call, body: call.body ?? (await examplePush(cloud)) } : call);
  });
  const others = [...(await loadCalls(cloud)), ...clockCalls(cloud.endpoint, session.resources)];
  return [
    ...(await Promise.all(requests)),
    ...invocations(session, result),
    ...others.map(curl),
    ...zipLines(session, result),
  ];
}

/** Lines that upload a zip, and call the function that it becomes. */
function zipLines(session: Session, result: RunResult): string[] {
  const { cloud } = session;
  const environment = Object.entries(awsEnvironment(cloud)).map(
    ([key, value]) => `${key}=${value}`,
  );
  return zipCalls(session, result).flatMap(({ functionPrefix }) => [
    `${environment.join(" ")} npx aws-callbacks deploy-zip ./hello.zip`,
    invokeWithCurl(cloud, `${functionPrefix}hello:LIVE`, { name: "Ada" }),
  ]);
}

/** Returns functions that an output names, and those that are not nested deep in a component. */
export function ownFunctions({ resources }: Session, { outputs }: RunResult): ResourceState[] {
  const named = new Set(Object.values(outputs));
  return functionsOf(resources).filter(
    ({ urn, outputs: { name, arn } }) =>
      named.has(name) || named.has(arn) || parseUrn(urn).qualifiedType.split("$").length <= 2,
  );
}

/** Returns invocations with an event that the function accepts. */
function invocations(session: Session, result: RunResult): string[] {
  const { cloud, project, resources } = session;
  return ownFunctions(session, result).flatMap((of) => {
    const event = exampleEvent(of, { resources, directory: project.directory });
    return event === undefined ? [] : [invokeWithCurl(cloud, String(of.outputs.name), event)];
  });
}

function curl({ method, url, body }: Pick<ApiCall, "method" | "url" | "body">): string {
  const verb = method === "GET" ? "" : ` -X ${method}`;
  const data =
    body === undefined
      ? ""
      : ` -H 'content-type: application/json' -d ${quote(JSON.stringify(body))}`;
  return `curl${verb} ${quote(url)}${data}`;
}

/** Uses curl, which signs the request itself, so that no AWS tool is needed. */
function invokeWithCurl(
  { endpoint, defaultRegion }: Session["cloud"],
  functionName: string,
  event: unknown,
): string {
  const { accessKeyId, secretAccessKey } = ROOT_CREDENTIALS;
  const url = `${endpoint}/2015-03-31/functions/${functionName}/invocations`;
  return (
    `curl --aws-sigv4 aws:amz:${defaultRegion}:lambda --user ${accessKeyId}:${secretAccessKey} ` +
    `${quote(url)} -d ${quote(JSON.stringify(event))}`
  );
}

/** Quotes an argument for a POSIX shell. */
function quote(text: string): string {
  return /^[\w:/.,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
