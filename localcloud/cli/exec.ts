import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import * as path from "node:path";
import { startCloud, type Cloud } from "../core/cloud";
import { DeploymentError } from "../engine/events";
import { ProjectError } from "../engine/project";
import { awsEnvironment, Session } from "../session";
import type { ExecRequest } from "./arguments";
import { LiveOutput } from "./liveOutput";
import { Progress } from "./progress";
import { pulumiEnvironment } from "./pulumiEnvironment";
import { explainStartFailure } from "./startFailure";
import { untilStopped } from "./stopSignal";
import { styleFor } from "./style";

/** `localcloud exec`: a cloud of its own, the program, one command; its exit code is ours. */
export async function exec(request: ExecRequest): Promise<number> {
  const stopped = untilStopped();
  if (!request.program) {
    const cloud = await startCloud({ port: request.port }).catch((error: unknown) => error);
    if (!isCloud(cloud)) return explainStartFailure(cloud, request.port);
    const home = mkdtempSync(path.join(tmpdir(), "localcloud-"));
    try {
      const environment = { ...awsEnvironment(cloud), ...pulumiEnvironment(home, process.env) };
      return await runCommand(request, environment, stopped.signal);
    } finally {
      rmSync(home, { recursive: true, force: true });
      await cloud.close();
    }
  }
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
    progress = new Progress(session.events, new LiveOutput(err), styleFor(err));
    report = (line) => progress?.programLine(line);
    const { outputs } = await session.deploy();
    progress.end();
    err.write(`ready on ${session.cloud.endpoint}: ${progress.summary()}\n`);
    const file = path.join(folder, "outputs.json");
    // Outputs may be secret: the file is its owner's alone and goes with the cloud.
    writeFileSync(file, `${JSON.stringify(outputs, undefined, 2)}\n`, { mode: 0o600 });
    const environment = { ...awsEnvironment(session.cloud), LOCALCLOUD_OUTPUTS: file };
    return await runCommand(request, environment, stopped.signal);
  } catch (error) {
    if (stopped.signal.aborted) return stopped.exitCode();
    if (!(error instanceof DeploymentError || error instanceof ProjectError)) throw error;
    err.write(`localcloud: the deployment failed: ${error.message}\n`);
    return 1;
  } finally {
    progress?.end();
    rmSync(folder, { recursive: true, force: true });
    await session.close();
  }
}

function isCloud(value: unknown): value is Cloud {
  return typeof value === "object" && value !== null && "endpoint" in value;
}

/** Runs the command on our own terminal; 127 when there is no such command, 128 + n when signal n ended it. */
function runCommand(
  { run: [file, ...args] }: ExecRequest,
  environment: Record<string, string>,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: "inherit", env: { ...process.env, ...environment } });
    // A second Ctrl-C ends us at once: then the command must not stay behind.
    process.once("exit", () => child.kill("SIGKILL"));
    // A terminal sends Ctrl-C to the child as well; another process's SIGTERM reaches only us.
    signal.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT" && error.code !== "EACCES") return reject(error);
      process.stderr.write(`localcloud: cannot run '${file}': ${error.message}\n`);
      return resolve(error.code === "ENOENT" ? 127 : 126);
    });
    child.once("close", (code, ended) =>
      resolve(code ?? 128 + (ended ? constants.signals[ended] : 0)),
    );
  });
}
