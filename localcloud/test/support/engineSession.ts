import { expect } from "chai";
import * as path from "node:path";
import {
  DeploymentError,
  type DiagnosticEvent,
  type StepEvent,
} from "../../engine/deployment/events";
import type { RunResult } from "../../engine/run";
import { Session, type SessionOptions } from "../../engine/session";

/** One resource of a program that is given as data: `type` is `sqs/Queue`, `/Provider` or `component`. */
export interface Item {
  type: string;
  args?: Record<string, unknown>;
  /** Resource options, with other resources given by their names. */
  options?: Record<string, unknown> & {
    parent?: string;
    deletedWith?: string;
    provider?: string;
    dependsOn?: string[];
  };
}

export type Items = Record<string, Item>;

const PROGRAMS = path.join(__dirname, "../engine/programs");
const READS = /^(Get|List|Describe)/;

/** A stack on its own cloud, deployed repeatedly, with all output of its engine. */
export class EngineSession {
  /** Completed steps of the last run, as `operation name`. */
  steps: string[] = [];
  changes: Record<string, readonly string[]> = {};
  events: StepEvent[] = [];
  errors: DiagnosticEvent[] = [];
  warnings: string[] = [];
  output: string[] = [];

  private constructor(readonly session: Session) {}

  static async start(program: string, options: SessionOptions = {}): Promise<EngineSession> {
    let self: EngineSession | undefined = undefined;
    const session = await Session.start({
      directory: path.join(PROGRAMS, program),
      programHost: "reused",
      ...options,
      onOutput: (line) => self?.output.push(line),
    });
    self = new EngineSession(session);
    self.listen();
    return self;
  }

  /** Runs the program with these environment variables. */
  async run(variables: Record<string, string> = {}): Promise<RunResult> {
    Object.assign(this, {
      steps: [],
      changes: {},
      events: [],
      errors: [],
      warnings: [],
      output: [],
    });
    const before = { ...process.env };
    Object.assign(process.env, variables);
    try {
      return await this.session.deploy();
    } finally {
      for (const name of Object.keys(variables)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  }

  /** Deploys resources given as data, and exports the named properties (`q.url`). */
  async deploy(items: Items, ...outputs: string[]): Promise<Record<string, unknown>> {
    const result = await this.run({ PROGRAM: JSON.stringify(items), OUTPUTS: outputs.join(" ") });
    return (result.outputs.outputs ?? {}) as Record<string, unknown>;
  }

  /** Expects the run to fail, and returns its error. */
  async failure(run: Promise<unknown>): Promise<DeploymentError> {
    const error = await run.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(DeploymentError);
    return error as DeploymentError;
  }

  /** Returns the calls since a sequence number that could have changed something, as `service:Operation`. */
  writes(after: number): string[] {
    return this.session.cloud.recorder
      .find({ after })
      .filter(({ operation }) => !READS.test(operation))
      .map(({ service, operation }) => `${service}:${operation}`);
  }

  get calls(): number {
    return this.session.cloud.recorder.last;
  }

  /** Returns an output or the id of a deployed resource. */
  property(name: string, property = "id"): unknown {
    const state = this.session.resources.find(({ urn }) => urn.endsWith(`::${name}`));
    return property === "id" ? state?.id : state?.outputs[property];
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private listen(): void {
    this.session.events.on("step", (event) => {
      this.events.push(event);
      if (!event.done) return;
      const name = event.urn.split("::").at(-1) ?? "";
      this.steps.push(`${event.operation} ${name}`);
      if (event.changes.length > 0) this.changes[name] = event.changes;
    });
    this.session.events.on("diagnostic", (event) => {
      if (event.severity === "error") this.errors.push(event);
      if (event.severity === "warning") this.warnings.push(event.message);
    });
  }
}
