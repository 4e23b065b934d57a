import type { RunningRequest } from "../commandLine/requests";
import { clock } from "./clock";
import { faults } from "./faults";
import { invoke } from "./invoke";
import { logs } from "./logs";
import { reset } from "./reset";
import { requests } from "./requests";
import { type Lines, RunningCloud, RunningError } from "./runningCloud";
import { environment, status } from "./status";

const STREAMS: Lines = {
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`localcloud: ${line}\n`),
};

/** Runs a command against a cloud that is already running; returns the exit code. */
export async function askRunningCloud(
  request: RunningRequest,
  { print, complain }: Lines = STREAMS,
): Promise<number> {
  const cloud = new RunningCloud(request.endpoint);
  try {
    switch (request.command) {
      case "status":
        print(await status(cloud));
        return 0;
      case "env":
        print(await environment(cloud));
        return 0;
      case "logs":
        await logs(cloud, request, print);
        return 0;
      case "invoke":
        return await invoke(cloud, request, { print, complain });
      case "requests":
        await requests(cloud, request, print);
        return 0;
      case "clock":
        print(await clock(cloud, request.advance));
        return 0;
      case "reset":
        print(await reset(cloud));
        return 0;
      case "faults":
        print(await faults(cloud, request.words));
        return 0;
    }
  } catch (error) {
    if (!(error instanceof RunningError)) throw error;
    complain(error.message);
    return 1;
  }
}
