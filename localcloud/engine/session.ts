import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { startCloud, type Cloud, type CloudOptions } from "../cloud/cloud";
import { BadControlRequest } from "../core/load";
import { traced } from "../core/trace";
import { deleteAtExit } from "../core/temporaryFolder";
import { Turns } from "../core/turns";
import { SHORTEST_SECRET } from "../cloud/console/hidden";
import { ROOT_CREDENTIALS } from "../core/rootCredentials";
import { LastUpdate } from "./deployment/answerOrder";
import { continueCloud, portOf, runOf, savedRunOf } from "./state/keptState";
import { Changes } from "./deployment/changes";
import { ComponentCommands } from "./deployed/componentCommands";
import { deployedProgram } from "./deployed/deployedProgram";
import { DeploymentError, type DeploymentEvents } from "./deployment/events";
import { programHosts } from "./program/programHosts";
import { ProjectError } from "./project/projectError";
import { loadProject, type Project } from "./project/project";
import { createDeploymentEvents, runProgram, type RunResult } from "./run";
import { secretTexts } from "./state/secretTexts";
import { StackState } from "./state/state";
import type { SavedRun, StateFolder } from "./state/stateFolder";
import { destroyClients } from "../provider/clients";
import { ProviderCore } from "../provider/core";
import type { ProviderContext } from "../provider/types";

export interface SessionOptions extends Omit<CloudOptions, "region" | "sourceMaps"> {
  /** Folder of Pulumi.yaml. Default: the current folder. */
  readonly directory?: string;
  /** Default `dev`. */
  readonly stack?: string;
  readonly signal?: AbortSignal;
  /**
   * Where the program runs: `fresh` in a new process each time; `reused` in one that stays, with the packages loaded,
   * and reverts changes that a run made to it. Default `fresh`.
   */
  readonly programHost?: "fresh" | "reused";
  /** Where the state is kept between runs. Default: everything is lost at the end. */
  readonly state?: StateFolder;
  onOutput?(line: string): void;
}

export { ROOT_CREDENTIALS };

/** Environment that points the AWS SDKs and the AWS CLI at a cloud. */
export function awsEnvironment(cloud: Cloud): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.defaultRegion,
    AWS_DEFAULT_REGION: cloud.defaultRegion,
    AWS_ACCESS_KEY_ID: ROOT_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT_CREDENTIALS.secretAccessKey,
  };
}

/** A local cloud with one stack of a Pulumi program deployed on it; `deploy` again applies changes. */
export class Session {
  readonly events: DeploymentEvents = createDeploymentEvents();
  private readonly state = new StackState();
  private readonly context: ProviderContext;
  private readonly provider: ProviderCore;
  private readonly changes: Changes;
  private readonly lastUpdate = new LastUpdate();
  private hasContinued = false;
  private readonly ending = new AbortController();
  /** Interrupts runs. */
  private readonly signal: AbortSignal;
  /** Runs one at a time: a reset may be requested while a saved change is being applied. */
  private readonly turns = new Turns();
  /** Called when somebody requests a reset of the cloud; code that shows the progress replaces it. */
  onReset: () => Promise<unknown> = () => this.reset();

  private constructor(
    readonly cloud: Cloud,
    readonly project: Project,
    private readonly options: SessionOptions,
    private readonly deleteSourceMaps: () => void,
  ) {
    const signals = [this.ending.signal, ...(options.signal ? [options.signal] : [])];
    this.signal = AbortSignal.any(signals);
    this.context = {
      aws: {
        endpoint: cloud.endpoint,
        region: cloud.defaultRegion,
        accountId: cloud.accountId,
        credentials: ROOT_CREDENTIALS,
      },
      programDirectory: project.programDirectory,
    };
    this.provider = new ProviderCore(this.context);
    this.changes = new Changes(cloud.events);
    const environment = (): NodeJS.ProcessEnv => ({ ...process.env, ...awsEnvironment(cloud) });
    const commands = new ComponentCommands(project.directory, environment);
    cloud.program = deployedProgram(project, this.state, commands, async () => {
      await this.onReset().catch((error: unknown) => Promise.reject(asBadRequest(error)));
    });
  }

  /** Starts the cloud in the stack's region; the program runs at the first `deploy`. */
  static async start(options: SessionOptions = {}): Promise<Session> {
    const project = loadProject(
      path.resolve(options.directory ?? "."),
      options.stack ?? "dev",
      process.env.PULUMI_CONFIG_PASSPHRASE,
    );
    const { state: folder, port = 0 } = options;
    const saved = folder && savedRunOf(project, folder);
    // Created by the program when it first writes a map.
    const sourceMaps = path.join(tmpdir(), `localcloud-maps-${randomUUID()}`);
    const cloud = await startCloud({
      ...options,
      port: folder && saved ? portOf(saved, port, folder) : port,
      region: project.config["aws:region"],
      sourceMaps,
    });
    const session = new Session(cloud, project, options, deleteAtExit(sourceMaps));
    if (folder && saved) await session.restore(saved, folder);
    return session;
  }

  /** Continues with the state of an earlier run. */
  private async restore({ cloud, stack }: SavedRun, folder: StateFolder): Promise<void> {
    try {
      await continueCloud(this.cloud, cloud, folder);
    } catch (error) {
      await this.end();
      throw error;
    }
    if (stack) this.state.restore(stack);
    this.hasContinued = true;
  }

  /** Runs the program and applies the changes since the last time. */
  deploy(): Promise<RunResult> {
    return this.turns.take(() => this.traceRun());
  }

  /** Resets the cloud completely, and deploys the program on it. */
  reset(): Promise<RunResult> {
    return this.turns.take(async () => {
      // What is discarded now could not be deployed again.
      if (this.signal.aborted) throw new DeploymentError("", "The run was interrupted.");
      await this.cloud.reset();
      this.state.clear();
      this.changes.forget();
      return this.traceRun();
    });
  }

  private traceRun(): Promise<RunResult> {
    const { cloud, options, project } = this;
    const start = { kind: "deploy", name: `${project.name} / ${project.stack}` } as const;
    return traced(cloud.tracer, start, () => this.run(cloud, options));
  }

  private async run(cloud: Cloud, options: SessionOptions): Promise<RunResult> {
    // Read again: the stack's configuration may have been edited.
    const { directory, stack } = this.project;
    const project = loadProject(directory, stack, process.env.PULUMI_CONFIG_PASSPHRASE);
    checkSame(project, this.project);
    const result = await runProgram({
      project,
      state: this.state,
      provider: this.provider,
      events: this.events,
      changes: this.changes,
      lastUpdate: this.lastUpdate,
      signal: this.signal,
      hosts: options.programHost === "reused" ? programHosts : undefined,
      environment: {
        ...process.env,
        ...awsEnvironment(cloud),
        LOCALCLOUD_SOURCE_MAPS: cloud.debugging.sourceMaps,
        LOCALCLOUD_LOADED_AFTER: String(Date.now()),
      },
      onOutput: options.onOutput,
    });
    cloud.secrets = secretTexts(this.state.all(), SHORTEST_SECRET);
    return result;
  }

  /** Whether it began with the state of an earlier run. */
  get continues(): boolean {
    return this.hasContinued;
  }

  /** The deployed resources, as the engine knows them. */
  get resources(): ReturnType<StackState["all"]> {
    return this.state.all();
  }

  /** Returns the URN of the component that contains a resource or component. */
  parentOf(urn: string): string | undefined {
    return this.state.get(urn)?.parent;
  }

  /** Ends everything; the state is saved where it is to be kept. */
  async close(): Promise<void> {
    const { state } = this.options;
    const { name: project, stack: name } = this.project;
    // Without a folder nothing is lost by not waiting.
    if (state) {
      this.ending.abort();
      await this.turns.settled();
    }
    const save = async (folder: StateFolder): Promise<void> =>
      folder.write({
        ...(await runOf(this.cloud)),
        stack: { ...this.state.save(), project, name },
      });
    await this.end(state && (() => save(state)));
  }

  private async end(save?: () => Promise<void>): Promise<void> {
    destroyClients(this.context);
    this.deleteSourceMaps();
    await this.cloud.close(save);
  }
}

/**
 * A cloud keeps the region and the name of the project that it was started with.
 *
 * @throws ProjectError if one of them was changed meanwhile
 */
function checkSame(now: Project, before: Project): void {
  const facts = [
    [`Pulumi.${now.stack}.yaml: aws:region`, now.config["aws:region"], before.config["aws:region"]],
    ["Pulumi.yaml: name", now.name, before.name],
  ] as const;
  for (const [what, value, first] of facts)
    if (value !== first)
      throw new ProjectError(
        `${what} is now ${value ?? "not set"}, but this cloud was started with ${first ?? "no value"}: start it again, or undo the change.`,
      );
}

/** Turns a developer's own mistake into a request error with the message of a deployment. */
function asBadRequest(error: unknown): unknown {
  return error instanceof DeploymentError ? new BadControlRequest(error.message) : error;
}
