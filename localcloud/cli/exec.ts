import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { startCloud, type Cloud } from "../cloud/cloud";
import { DeploymentError } from "../engine/events";
import { ProjectError } from "../engine/projectError";
import { awsEnvironment, Session } from "../engine/session";
import type { ExecRequest } from "./requests";
import { LiveOutput } from "./liveOutput";
import { Progress } from "./progress";
import { pulumiEnvironment } from "./pulumiEnvironment";
import { findProject, initStack, readProject } from "./pulumiStack";
import { runCommand } from "./runCommand";
import { rememberStackFiles } from "./stackFiles";
import { explainStartFailure } from "./startFailure";
import { untilStopped, type Stop } from "./stopSignal";
import { styleFor } from "./style";

/** Runs `localcloud exec`: starts a new cloud, deploys the program, runs one command and returns its exit code. */
export async function exec(request: ExecRequest): Promise<number> {
  const stopped = untilStopped();
  if (!request.program) return execWithoutProgram(request, stopped);
  const err = process.stderr;
  let report = (line: string): void => void err.write(`${line}\n`);
  let session: Session;
  try {
    session = await Session.start({
      ...request,
      signal: stopped.signal,
      onOutput: (line) => report(line),
    });
  } catch (error) {
    return explainStartFailure(error, request.port);
  }
  const folder = mkdtempSync(path.join(tmpdir(), "localcloud-"));
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
    const file = path.join(folder, "outputs.json");
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
    rmSync(folder, { recursive: true, force: true });
    await session.close();
  }
}

/** Starts only the cloud, with the environment that the real Pulumi CLI needs to deploy to it. */
async function execWithoutProgram(request: ExecRequest, stopped: Stop): Promise<number> {
  const { port, stack, run, directory: cwd, traces } = request;
  const cloud = await startCloud({ port, traces }).catch((error: unknown) => error);
  if (!isCloud(cloud)) return explainStartFailure(cloud, port);
  const home = mkdtempSync(path.join(tmpdir(), "localcloud-"));
  const pulumi = pulumiEnvironment(home, stack, process.env);
  const environment = { ...awsEnvironment(cloud), ...pulumi.variables };
  const project = pulumi.ownBackend ? findProject(cwd) : undefined;
  const restore = project === undefined ? () => undefined : rememberStackFiles(project);
  // A second signal ends this process immediately.
  process.once("exit", restore);
  try {
    const why = project && (await initStack(readProject(project), stack, home, environment));
    if (why) process.stderr.write(`localcloud: no stack '${stack}' for the Pulumi CLI: ${why}\n`);
    if (stopped.signal.aborted) return stopped.exitCode();
    return await runCommand({ run, environment, cwd }, stopped);
  } finally {
    process.off("exit", restore);
    restore();
    rmSync(home, { recursive: true, force: true });
    await cloud.close();
  }
}

function isCloud(value: unknown): value is Cloud {
  return typeof value === "object" && value !== null && "endpoint" in value;
}
