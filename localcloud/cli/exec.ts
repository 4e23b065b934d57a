import { statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { startCloud, type Cloud } from "../cloud/cloud";
import { createTemporaryFolder, type TemporaryFolder } from "../core/temporaryFolder";
import { DeploymentError } from "../engine/deployment/events";
import { ProjectError } from "../engine/project/projectError";
import { awsEnvironment, Session } from "../engine/session";
import type { ExecRequest } from "./commandLine/requests";
import { LiveOutput } from "./output/liveOutput";
import { Progress } from "./output/progress";
import { pulumiEnvironment } from "./pulumi/pulumiEnvironment";
import { findProject, initStack, readProject } from "./pulumi/pulumiStack";
import { runCommand } from "./process/runCommand";
import { rememberStackFiles } from "./pulumi/stackFiles";
import { explainStartFailure } from "./process/startFailure";
import { untilStopped, type Stop } from "./process/stopSignal";
import { styleFor } from "./output/style";

/** Runs `localcloud exec`: starts a new cloud, deploys the program, runs one command and returns its exit code. */
export async function exec(request: ExecRequest): Promise<number> {
  const stopped = untilStopped();
  if (!request.program) return execWithoutProgram(request, stopped);
  const err = process.stderr;
  let report = (line: string): void => void err.write(`${line}\n`);
  let folder: TemporaryFolder;
  let session: Session;
  try {
    folder = createTemporaryFolder("localcloud-");
    session = await Session.start({
      ...request,
      signal: stopped.signal,
      onOutput: (line) => report(line),
    });
  } catch (error) {
    return explainStartFailure(error, request.port);
  }
  let progress: Progress | undefined;
  try {
    const { quiet } = request;
    const parentOf = (urn: string): string | undefined => session.parentOf(urn);
    progress = new Progress(session.events, new LiveOutput(err), styleFor(err), {
      parentOf,
      quiet,
    });
    report = (line) => progress?.programLine(line);
    const { outputs } = await session.deploy();
    progress.end();
    err.write(`ready on ${session.cloud.endpoint}: ${progress.summary()}\n`);
    const file = path.join(folder.path, "outputs.json");
    // Outputs may be secret: only the owner can read the file, and it is deleted with the cloud.
    writeFileSync(file, `${JSON.stringify(outputs, undefined, 2)}\n`, { mode: 0o600 });
    const environment = { ...awsEnvironment(session.cloud), LOCALCLOUD_OUTPUTS: file };
    return await runCommand({ run: request.run, environment }, stopped);
  } catch (error) {
    if (stopped.signal.aborted) return stopped.exitCode();
    if (!(error instanceof DeploymentError || error instanceof ProjectError)) throw error;
    progress?.end();
    const why = progress?.failure(error.message) ?? error.message;
    err.write(`localcloud: the deployment failed: ${why}\n`);
    return 1;
  } finally {
    progress?.end();
    folder.remove();
    await session.close();
  }
}

/** Starts only the cloud, with the environment that the real Pulumi CLI needs to deploy to it. */
async function execWithoutProgram(request: ExecRequest, stopped: Stop): Promise<number> {
  const { port, stack, run, directory: cwd, traces } = request;
  let home: TemporaryFolder;
  let cloud: Cloud;
  try {
    checkFolder(cwd);
    home = createTemporaryFolder("localcloud-");
    cloud = await startCloud({ port, traces });
  } catch (error) {
    return explainStartFailure(error, port);
  }
  const pulumi = pulumiEnvironment(home.path, stack, process.env);
  const environment = { ...awsEnvironment(cloud), ...pulumi.variables };
  const project = pulumi.ownBackend ? findProject(cwd) : undefined;
  const restore = project === undefined ? () => undefined : rememberStackFiles(project);
  // A second signal ends this process immediately.
  process.once("exit", restore);
  try {
    const why = project && (await initStack(readProject(project), stack, home.path, environment));
    if (why) process.stderr.write(`localcloud: no stack '${stack}' for the Pulumi CLI: ${why}\n`);
    if (stopped.signal.aborted) return stopped.exitCode();
    return await runCommand({ run, environment, cwd }, stopped);
  } finally {
    process.off("exit", restore);
    restore();
    home.remove();
    await cloud.close();
  }
}

/** @throws ProjectError if the command could not run in this folder */
function checkFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new ProjectError(
    `There is no folder ${folder}; --cwd must name the folder in which the command runs.`,
  );
}
