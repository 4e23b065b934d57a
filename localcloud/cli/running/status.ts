import { ROOT_CREDENTIALS } from "../../core/rootCredentials";
import type { RunningCloud } from "./runningCloud";

/** Returns the deployed resources, by component, and the cloud's time. */
export async function status(cloud: RunningCloud): Promise<string> {
  const [{ accountId, region }, { project, stack, resources = [] }, time] = await Promise.all([
    cloud.health(),
    cloud.program(),
    cloud.ask("GET", "clock") as Promise<{ now: string }>,
  ]);
  const lines = [
    `cloud     ${cloud.endpoint}, account ${accountId}, ${region}`,
    `time      ${time.now}`,
    `program   ${project === undefined ? "none" : `${project} / ${stack}, ${resources.length} resources`}`,
  ];
  for (const { urn, name, type, id } of resources.filter(({ parent }) => parent === "")) {
    const inside = resources.filter((one) => isBelow(one.parent, urn, resources)).length;
    lines.push(
      `  ${name.padEnd(24)} ${type.split(":").at(-1)}${inside > 0 ? `, ${inside} resources` : ""}${id === undefined || id === name ? "" : `, ${id}`}`,
    );
  }
  return lines.join("\n");
}

function isBelow(
  parent: string,
  urn: string,
  resources: readonly { readonly urn: string; readonly parent: string }[],
): boolean {
  if (parent === "" || parent === urn) return parent === urn;
  return isBelow(resources.find((one) => one.urn === parent)?.parent ?? "", urn, resources);
}

/** Returns lines for `eval` that point the shell's AWS tools at the cloud. */
export async function environment(cloud: RunningCloud): Promise<string> {
  const { region } = await cloud.health();
  const variables = {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: ROOT_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT_CREDENTIALS.secretAccessKey,
  };
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${value}`)
    .join("\n");
}
