import * as path from "node:path";
import { createTemporaryFolder, type TemporaryFolder } from "../../core/temporaryFolder";
import type { RunResult } from "../../engine/run";
import { programHosts } from "../../engine/program/programHosts";
import { Session } from "../../engine/session";
import type { StateFolder } from "../../engine/state/stateFolder";
import { Deployments } from "./deployments";
import { followLogs } from "../output/followLogs";
import { LiveOutput } from "../output/liveOutput";
import { openBrowser } from "../process/openBrowser";
import { endSaving, openStateFolder } from "../process/stateOption";
import { describeOutputs } from "./outputs";
import type { UpRequest } from "../commandLine/requests";
import { explainStartFailure } from "../process/startFailure";
import { untilStopped } from "../process/stopSignal";
import { styleFor } from "../output/style";
import { TypeCheck } from "./typeCheck";
import { watchSources } from "./watch";

/** Node.js's default debugger port is 9229, which another program of the developer may use. */
const FIRST_DEBUGGER_PORT = 9230;

/** Runs `localcloud up`: cloud, program, outputs; then logs and source changes until Ctrl-C. */
export async function up(request: UpRequest): Promise<number> {
  const stopped = untilStopped({ state: request.state });
  const { signal } = stopped;
  const out = new LiveOutput(process.stdout);
  const style = styleFor(process.stdout);
  let deployments: Deployments | undefined;
  let home: TemporaryFolder;
  let session: Session;
  let folder: StateFolder | undefined;
  try {
    home = createTemporaryFolder("localcloud-up-");
    folder = openStateFolder(request.state);
    session = await Session.start({
      ...request,
      state: folder,
      // A saved change is served sooner.
      programHost: "reused",
      inspect: request.inspect ? FIRST_DEBUGGER_PORT : undefined,
      signal,
      onOutput: (line) => deployments?.programLine(line),
    });
  } catch (error) {
    folder?.release();
    return explainStartFailure(error, request.port, folder);
  }
  const { project, cloud } = session;
  const runs = (deployments = new Deployments(session, out, style, { ...request, signal }));

  const begin = async (): Promise<RunResult | undefined> => {
    out.write(`console ${cloud.console}\n`);
    if (request.open) openBrowser(cloud.console);
    out.write(`${style.bold(`${project.name} / ${project.stack}`)} on ${cloud.endpoint}\n`);
    if (session.continues) out.write(`continues with the state in ${folder?.directory}\n`);
    const result = await runs.first();
    if (!result) return undefined;
    out.write(await describeOutputs(session, result, style));
    if (request.follow) followLogs(cloud, out, style);
    out.write(style.dim(`Ctrl-C ends it${request.watch ? "; saved changes are applied" : ""}.\n`));
    return result;
  };
  const begun = begin();
  const types = new TypeCheck(project, path.join(home.path, "types.tsbuildinfo"), (lines) =>
    lines.forEach((line) => out.write(`${style.yellow(line)}\n`)),
  );
  let shown: RunResult | undefined;
  const show = async (result: RunResult): Promise<void> => {
    if (JSON.stringify(result.outputs) === JSON.stringify(shown?.outputs)) return;
    shown = result;
    out.write(await describeOutputs(session, result, style));
  };
  session.onReset = async () => {
    shown ??= await begun;
    await show(await runs.fresh());
  };
  const applyChanges = async (files: readonly string[]): Promise<void> => {
    shown ??= await begun;
    if (!shown || signal.aborted) return;
    const result = await runs.again(files);
    if (signal.aborted) return;
    if (files.some((file) => /\.[cm]?tsx?$/.test(file))) types.start();
    if (result) await show(result);
  };
  const cannotWatch = (error: Error): void =>
    out.write(`${style.yellow(`changes may go unnoticed: ${error.message}`)}\n`);
  // Watches from the start: files that are saved during the first deployment are applied after it.
  const sources = request.watch
    ? watchSources(project.directory, applyChanges, cannotWatch)
    : undefined;
  let isSaved = false;
  try {
    if (!(await begun)) return signal.aborted ? stopped.exitCode() : 1;
    await stopped.promise;
  } finally {
    // Whatever else fails, the state is saved.
    const others = Promise.all([types.stop(), sources?.close()]);
    await others.catch(() => undefined);
    isSaved = await endSaving(folder, stopped, () => session.close());
    await programHosts.close();
    home.remove();
    await others;
  }
  return isSaved && !stopped.outputFailed() ? 0 : 1;
}
