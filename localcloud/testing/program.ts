import type { ClockMode } from "../core/clock";
import type { Cloud } from "../cloud/cloud";
import { DeploymentError } from "../engine/events";
import type { RunResult } from "../engine/run";
import type { ResourceState } from "../engine/state";
import { Session, type SessionOptions } from "../engine/session";
import { type CloudAccess, roleAccess, rootAccess } from "./access";

export interface StartProgramOptions {
  /** Folder of Pulumi.yaml. Default: the current one. */
  readonly directory?: string;
  /** Default `dev`. */
  readonly stack?: string;
  /** Default `manual`: time stands still until the test moves it with `cloud.clock.advance`. */
  readonly clock?: ClockMode;
  /**
   * Where the program runs. Default `reused`: in one process for every program of this process, which takes back what
   * a run has changed; `fresh` starts one for each run, which takes some two seconds more.
   */
  readonly programHost?: SessionOptions["programHost"];
  /** Whether the cloud keeps traces, for the console or to look into. Default false. */
  readonly traces?: boolean;
  /** Receives what the program prints, line by line. Default: only errors show it. */
  onOutput?(line: string): void;
}

/** Settings that every AWS SDK v3 client takes. */
export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: CloudAccess["credentials"];
}

interface Destroyable {
  destroy(): void;
}

/**
 * Starts a local cloud in this process and deploys a stack of an unmodified Pulumi program on it.
 *
 * @throws DeploymentError when the program or a resource fails, ProjectError for a folder without a program; the cloud
 * is closed then.
 */
export async function startProgram(options: StartProgramOptions = {}): Promise<RunningProgram> {
  const printed: string[] = [];
  const session = await Session.start({
    directory: options.directory,
    stack: options.stack,
    clock: options.clock ?? "manual",
    traces: options.traces,
    programHost: options.programHost ?? "reused",
    onOutput: (line) => {
      printed.push(line);
      options.onOutput?.(line);
    },
  });
  // What the SDK and the resources report goes to the engine, not to the console.
  session.events.on("diagnostic", ({ severity, message }) => {
    if (severity === "error" || severity === "warning") printed.push(message.trimEnd());
  });
  const program = new RunningProgram(session, printed);
  try {
    await program.deploy();
  } catch (error) {
    await program.close();
    throw error;
  }
  return program;
}

/** Lines of a failed program's output that its error shows. */
const SHOWN_LINES = 30;

/** A program on its own cloud; `close` ends everything that was started for it. */
export class RunningProgram {
  readonly cloud: Cloud;
  private readonly clients = new Map<unknown, Destroyable>();
  private deployed: Readonly<Record<string, unknown>> = {};

  /** @param printed what the program prints, as it comes in. */
  constructor(
    private readonly session: Session,
    private readonly printed: string[],
  ) {
    this.cloud = session.cloud;
  }

  /** The stack outputs of the last deployment; secrets in plain text. */
  get outputs(): Readonly<Record<string, unknown>> {
    return this.deployed;
  }

  /** A stack output that is a text; throws when there is none of that name. */
  output(name: string): string {
    const value = this.deployed[name];
    if (typeof value === "string") return value;
    const names = Object.keys(this.deployed).join(", ");
    throw new Error(`The stack has no text output '${name}'; it has: ${names || "none"}.`);
  }

  /** What is deployed, as the engine knows it. */
  get resources(): readonly ResourceState[] {
    return this.session.resources;
  }

  /**
   * Runs the program again and applies what changed, as a second `pulumi up` does.
   *
   * @throws DeploymentError with the last lines that the program printed.
   */
  deploy(): Promise<Readonly<Record<string, unknown>>> {
    return this.run(() => this.session.deploy());
  }

  /**
   * Brings back what there was after the start, without what was done since: data, time, faults and recorded calls. The
   * address stays, and so do clients.
   *
   * @throws DeploymentError with the last lines that the program printed.
   */
  reset(): Promise<Readonly<Record<string, unknown>>> {
    return this.run(() => this.session.reset());
  }

  private async run(deploy: () => Promise<RunResult>): Promise<Readonly<Record<string, unknown>>> {
    this.printed.length = 0;
    try {
      const { outputs } = await deploy();
      this.deployed = outputs;
      return outputs;
    } catch (error) {
      if (!(error instanceof DeploymentError) || this.printed.length === 0) throw error;
      const lines = this.printed.slice(-SHOWN_LINES).join("\n");
      throw new DeploymentError(error.urn, `${error.message}\n${lines}`, { cause: error });
    }
  }

  /** The one client of an SDK class for this cloud, acting as the account's owner; `close` destroys it. */
  client<Client extends Destroyable>(Class: new (settings: ClientSettings) => Client): Client {
    const known = this.clients.get(Class);
    // The map's key is the class of its value.
    if (known) return known as Client;
    const { endpoint, region, credentials } = this.access();
    const made = new Class({ endpoint, region, credentials });
    this.clients.set(Class, made);
    return made;
  }

  /** How to reach the cloud: as one of its roles, or as the account's owner. */
  access(roleName?: string): CloudAccess {
    return roleName === undefined ? rootAccess(this.cloud) : roleAccess(this.cloud, roleName);
  }

  async close(): Promise<void> {
    for (const client of this.clients.values()) client.destroy();
    this.clients.clear();
    await this.session.close();
  }
}
