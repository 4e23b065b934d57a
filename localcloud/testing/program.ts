import type { ClockMode } from "../core/clock";
import type { Cloud } from "../cloud/cloud";
import { DeploymentError } from "../engine/deployment/events";
import type { RunResult } from "../engine/run";
import type { ResourceState } from "../engine/state/state";
import { Session, type SessionOptions } from "../engine/session";
import { type CloudAccess, roleAccess, rootAccess } from "./access";

export interface StartProgramOptions {
  /** Folder of Pulumi.yaml. Default: the current folder. */
  readonly directory?: string;
  /** Default `dev`. */
  readonly stack?: string;
  /** Default `manual`: time stands still until the test advances it with `cloud.clock.advance`. */
  readonly clock?: ClockMode;
  /**
   * Where the program runs. Default `reused`: in one process for all programs of this process, which reverts changes
   * that a run made to it; `fresh` starts a process for each run, which takes about two seconds more.
   */
  readonly programHost?: SessionOptions["programHost"];
  /** Whether the cloud keeps traces, for the console or for a test. Default false. */
  readonly traces?: boolean;
  /** Receives the program's output, line by line. Default: only errors show it. */
  onOutput?(line: string): void;
}

/** Settings for any AWS SDK v3 client. */
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
 * @throws DeploymentError if the program or a resource fails, ProjectError for a folder without a program; the cloud is
 *   closed then.
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
  // Reports of the SDK and the resources go to the engine, not to the console.
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

/** Lines of a failed program's output that its error contains. */
const SHOWN_LINES = 30;

/** A program on its own cloud; `close` stops everything that was started for it. */
export class RunningProgram {
  readonly cloud: Cloud;
  private readonly clients = new Map<unknown, Destroyable>();
  private deployed: Readonly<Record<string, unknown>> = {};

  /** @param printed the program's output so far, which grows while it runs. */
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

  /** Returns a stack output that is a text; throws if there is none of that name. */
  output(name: string): string {
    const value = this.deployed[name];
    if (typeof value === "string") return value;
    const names = Object.keys(this.deployed).join(", ");
    throw new Error(`The stack has no text output '${name}'; it has: ${names || "none"}.`);
  }

  /** The deployed resources, as the engine knows them. */
  get resources(): readonly ResourceState[] {
    return this.session.resources;
  }

  /**
   * Runs the program again and applies the changes, like a second `pulumi up`.
   *
   * @throws DeploymentError with the last lines that the program printed.
   */
  deploy(): Promise<Readonly<Record<string, unknown>>> {
    return this.run(() => this.session.deploy());
  }

  /**
   * Restores the state after the start: removes all later data, time, faults and recorded calls. The address stays the
   * same, and clients stay usable.
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

  /** Returns the only client of an SDK class for this cloud, acting as the account's owner; `close` destroys it. */
  client<Client extends Destroyable>(Class: new (settings: ClientSettings) => Client): Client {
    const known = this.clients.get(Class);
    // The map's key is the class of its value.
    if (known) return known as Client;
    const { endpoint, region, credentials } = this.access();
    const made = new Class({ endpoint, region, credentials });
    this.clients.set(Class, made);
    return made;
  }

  /** Returns access to the cloud as one of its roles, or as the account's owner. */
  access(roleName?: string): CloudAccess {
    return roleName === undefined ? rootAccess(this.cloud) : roleAccess(this.cloud, roleName);
  }

  async close(): Promise<void> {
    for (const client of this.clients.values()) client.destroy();
    this.clients.clear();
    await this.session.close();
  }
}
