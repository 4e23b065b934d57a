import { type EC2Client, GetConsoleOutputCommand } from "@aws-sdk/client-ec2";
import { nameOf, retrying } from "../../retry";
import { type Calling, inParallel } from "./calling";
import type { SshHost } from "./model";
import { pinsFor, type SshCronSettings } from "./settings";
import { keysInConsole } from "./ssh/hostKeys";
import type { RunStore } from "./store/runStore";

export const deploymentOnlyModule = true;

/**
 * Remembers the host keys of instances that are seen for the first time, from their console output. The trigger does
 * this because a worker in a network without internet access cannot reach EC2's API.
 */
export async function learnKeys(
  hosts: readonly SshHost[],
  {
    settings,
    ec2,
    store,
    deps,
    until,
  }: Calling & { settings: SshCronSettings; ec2: EC2Client; store: RunStore },
): Promise<void> {
  if (settings.trustOnFirstUse || settings.transport === "ssm") return;
  const unpinned = hosts.filter(
    (host) => host.kind === "instance" && pinsFor(settings, host).length === 0,
  );
  const known = await store.known(unpinned.map(({ id }) => id));
  const unknown = unpinned.filter(({ id }) => !known.has(id));
  await inParallel(unknown, async ({ id }) => {
    const output = await retrying({ deps, until }, () => consoleOf(ec2, id)).catch((error) => {
      // The run only reports that no key is known; the reason is logged here.
      console.error("console output", { host: id, reason: nameOf(error) });
      return "";
    });
    const pins = keysInConsole(output);
    if (pins.length > 0) await store.rememberPins(id, pins, "console", deps.now());
  });
}

/**
 * Returns the latest console output, where the instance type supports that.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
 */
async function consoleOf(ec2: EC2Client, InstanceId: string): Promise<string> {
  const read = async (Latest?: boolean): Promise<string> => {
    const { Output = "" } = await ec2.send(new GetConsoleOutputCommand({ InstanceId, Latest }));
    return Buffer.from(Output, "base64").toString();
  };
  return read(true).catch((error) => {
    if (nameOf(error) !== "UnsupportedOperation") throw error;
    return read();
  });
}
