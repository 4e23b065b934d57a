import { startCloud } from "../cloud/cloud";
import { awsEnvironment } from "../engine/session";
import type { StartRequest } from "./requests";
import { followLogs } from "./followLogs";
import { LiveOutput } from "./liveOutput";
import { explainStartFailure } from "./startFailure";
import { untilStopped } from "./stopSignal";
import { styleFor } from "./style";

/** Runs `localcloud start`: only the cloud, until Ctrl-C. */
export async function start(request: StartRequest): Promise<number> {
  const stopped = untilStopped();
  try {
    const cloud = await startCloud(request);
    const style = styleFor(process.stdout);
    process.stdout.write(`console ${cloud.console}\n`);
    process.stdout.write(`${style.bold(style.green("ready"))} on ${cloud.endpoint}\n`);
    for (const [name, value] of Object.entries(awsEnvironment(cloud)))
      process.stdout.write(`export ${name}=${value}\n`);
    followLogs(cloud, new LiveOutput(process.stdout), style);
    await stopped.promise;
    await cloud.close();
    return 0;
  } catch (error) {
    return explainStartFailure(error, request.port);
  }
}
