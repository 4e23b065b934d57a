import { type Cloud, startCloud } from "../cloud/cloud";
import { continueCloud, portOf, runOf, savedRunWithoutProgram } from "../engine/state/keptState";
import { awsEnvironment } from "../engine/session";
import type { StateFolder } from "../engine/state/stateFolder";
import type { StartRequest } from "./commandLine/requests";
import { followLogs } from "./output/followLogs";
import { LiveOutput } from "./output/liveOutput";
import { explainStartFailure } from "./process/startFailure";
import { endSaving, openStateFolder } from "./process/stateOption";
import { untilStopped } from "./process/stopSignal";
import { styleFor } from "./output/style";

/** Runs `localcloud start`: only the cloud, until Ctrl-C. */
export async function start(request: StartRequest): Promise<number> {
  const stopped = untilStopped({ state: request.state });
  let folder: StateFolder | undefined;
  try {
    folder = openStateFolder(request.state);
    const cloud = await begin(request, folder);
    const style = styleFor(process.stdout);
    process.stdout.write(`console ${cloud.console}\n`);
    process.stdout.write(`${style.bold(style.green("ready"))} on ${cloud.endpoint}\n`);
    for (const [name, value] of Object.entries(awsEnvironment(cloud)))
      process.stdout.write(`export ${name}=${value}\n`);
    followLogs(cloud, new LiveOutput(process.stdout), style);
    await stopped.promise;
    const kept = folder;
    const save = kept && (async () => kept.write(await runOf(cloud)));
    const isSaved = await endSaving(kept, stopped, () => cloud.close(save));
    return isSaved && !stopped.outputFailed() ? 0 : 1;
  } catch (error) {
    folder?.release();
    return explainStartFailure(error, request.port, folder);
  }
}

async function begin(request: StartRequest, folder: StateFolder | undefined): Promise<Cloud> {
  const saved = folder && savedRunWithoutProgram(folder);
  if (!folder || !saved) return startCloud(request);
  const cloud = await startCloud({ ...request, port: portOf(saved, request.port, folder) });
  try {
    await continueCloud(cloud, saved.cloud, folder);
    return cloud;
  } catch (error) {
    await cloud.close();
    throw error;
  }
}
