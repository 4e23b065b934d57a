import { DeploymentError } from "../engine/events";
import { ProjectError } from "../engine/project";
import type { RunResult } from "../engine/run";
import { Session } from "../session";
import type { UpRequest } from "./arguments";
import { followLogs } from "./followLogs";
import { Progress } from "./progress";
import { explainStartFailure } from "./startFailure";
import { untilStopped } from "./stopSignal";
import { styleFor } from "./style";
import { describeOutputs } from "./outputs";
import { watchSources } from "./watch";

/** `localcloud up`: cloud, program, outputs; then logs and source changes until Ctrl-C. */
export async function up(request: UpRequest): Promise<number> {
  const out = process.stdout;
  const style = styleFor(out);
  const stopped = untilStopped();
  let session: Session;
  try {
    session = await Session.start({
      ...request,
      signal: stopped.signal,
      onOutput: (line) => show(line),
    });
  } catch (error) {
    return explainStartFailure(error, request.port);
  }
  let show = (line: string): void => void out.write(`${line}\n`);

  const deploy = async (): Promise<RunResult | undefined> => {
    const progress = new Progress(session.events, out, style);
    show = (line) => progress.programLine(line);
    try {
      const result = await session.deploy();
      out.write(`${style.bold(style.green("ready"))}: ${progress.summary()}\n`);
      return result;
    } catch (error) {
      if (stopped.signal.aborted) return undefined;
      if (!(error instanceof DeploymentError || error instanceof ProjectError)) throw error;
      out.write(`${style.bold(style.red("failed"))}: ${error.message} (${progress.summary()})\n`);
      return undefined;
    } finally {
      progress.end();
    }
  };

  try {
    const { project, cloud } = session;
    out.write(`${style.bold(`${project.name} / ${project.stack}`)} on ${cloud.endpoint}\n`);
    const first = await deploy();
    if (!first) return stopped.signal.aborted ? 130 : 1;
    out.write(await describeOutputs(session, first, style));
    if (request.follow) followLogs(cloud, out, style);
    if (request.watch)
      watchSources(project.directory, stopped.signal, async (files) => {
        out.write(`${style.dim(`changed: ${files.join(", ")}`)}\n`);
        const result = await deploy();
        if (result && JSON.stringify(result.outputs) !== JSON.stringify(first.outputs))
          out.write(await describeOutputs(session, result, style));
      });
    out.write(style.dim(`Ctrl-C ends it${request.watch ? "; saved changes are applied" : ""}.\n`));
    await stopped.promise;
    return 0;
  } finally {
    await session.close();
  }
}
