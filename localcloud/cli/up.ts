import { DeploymentError } from "../engine/events";
import { ProjectError } from "../engine/project";
import type { RunResult } from "../engine/run";
import { Session } from "../engine/session";
import type { UpRequest } from "./arguments";
import { followLogs } from "./followLogs";
import { LiveOutput } from "./liveOutput";
import { Progress } from "./progress";
import { explainStartFailure } from "./startFailure";
import { untilStopped, type Stop } from "./stopSignal";
import { styleFor, type Style } from "./style";
import { describeOutputs } from "./outputs";
import { watchSources } from "./watch";

/** `localcloud up`: cloud, program, outputs; then logs and source changes until Ctrl-C. */
export async function up(request: UpRequest): Promise<number> {
  const stopped = untilStopped();
  const out = new LiveOutput(process.stdout);
  let show = (line: string): void => out.write(`${line}\n`);
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
  const style = styleFor(process.stdout);
  const { project, cloud } = session;
  const deploy = (): Promise<RunResult | undefined> =>
    deployOnce(session, out, style, stopped, (onOutput) => (show = onOutput));

  const begin = async (): Promise<RunResult | undefined> => {
    out.write(`${style.bold(`${project.name} / ${project.stack}`)} on ${cloud.endpoint}\n`);
    const result = await deploy();
    if (!result) return undefined;
    out.write(await describeOutputs(session, result, style));
    if (request.follow) followLogs(cloud, out, style);
    out.write(style.dim(`Ctrl-C ends it${request.watch ? "; saved changes are applied" : ""}.\n`));
    return result;
  };
  const begun = begin();
  let shown: RunResult | undefined;
  const applyChanges = async (files: readonly string[]): Promise<void> => {
    shown ??= await begun;
    if (!shown || stopped.signal.aborted) return;
    out.write(`${style.dim(`changed: ${files.join(", ")}`)}\n`);
    const result = await deploy();
    if (!result || JSON.stringify(result.outputs) === JSON.stringify(shown.outputs)) return;
    shown = result;
    out.write(await describeOutputs(session, result, style));
  };
  const cannotWatch = (error: Error): void =>
    out.write(`${style.yellow(`changes may go unnoticed: ${error.message}`)}\n`);
  // From the start: what is saved while the program runs for the first time is applied after it.
  const sources = request.watch
    ? watchSources(project.directory, applyChanges, cannotWatch)
    : undefined;
  try {
    if (!(await begun)) return stopped.signal.aborted ? stopped.exitCode() : 1;
    await stopped.promise;
    return 0;
  } finally {
    await sources?.close();
    await session.close();
  }
}

/** Runs the program and prints how it went; undefined when it failed or was interrupted. */
async function deployOnce(
  session: Session,
  out: LiveOutput,
  style: Style,
  stopped: Stop,
  onOutput: (show: (line: string) => void) => void,
): Promise<RunResult | undefined> {
  const progress = new Progress(session.events, out, style);
  onOutput((line) => progress.programLine(line));
  try {
    const result = await session.deploy();
    progress.end();
    out.write(`${style.bold(style.green("ready"))}: ${progress.summary()}\n`);
    return result;
  } catch (error) {
    progress.end();
    if (stopped.signal.aborted) return undefined;
    const why = reason(error);
    const summary = progress.summary();
    const text = progress.hasSaid(why) ? summary : `${why} (${summary})`;
    out.write(`${style.bold(style.red("failed"))}: ${text}\n`);
    return undefined;
  }
}

/** The message for what a user can mend; anything else is a bug, and its place matters. */
function reason(error: unknown): string {
  if (error instanceof DeploymentError || error instanceof ProjectError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
