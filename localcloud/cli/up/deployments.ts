import { Turns } from "../../core/turns";
import { DeploymentError, type StepEvent } from "../../engine/deployment/events";
import { functionsOf } from "../../engine/deployed/exampleEvent";
import { ProjectError } from "../../engine/project/projectError";
import type { RunResult } from "../../engine/run";
import type { Session } from "../../engine/session";
import type { LiveOutput } from "../output/liveOutput";
import { Progress } from "../output/progress";
import { servedBy } from "./serving";
import type { Style } from "../output/style";

/** Deploys a session's program repeatedly, and prints the progress and result. */
export class Deployments {
  private progress: Progress | undefined;
  /** Runs deployments one at a time, since only one progress can be shown. */
  private readonly turns = new Turns();
  /** Steps of the saves that failed since the last success: what they changed may only be served after the next one. */
  private failedSteps: readonly StepEvent[] = [];

  constructor(
    private readonly session: Session,
    private readonly out: LiveOutput,
    private readonly style: Style,
    private readonly options: { readonly quiet: boolean; readonly signal: AbortSignal },
  ) {}

  /** Prints a line of the program's output. */
  programLine(line: string): void {
    if (this.progress) this.progress.programLine(line);
    else this.out.write(`${line}\n`);
  }

  /**
   * Deploys for the first time: prints every resource or component, then a summary. Undefined if it failed or was
   * interrupted.
   */
  first(): Promise<RunResult | undefined> {
    return this.run(
      this.options.quiet,
      (progress) => progress.summary(),
      (why) => why,
    );
  }

  /** Deploys after a save: prints one line with what is served now, and after a failure what is still served. */
  again(files: readonly string[]): Promise<RunResult | undefined> {
    const steps: StepEvent[] = [...this.failedSteps];
    const note = (step: StepEvent): void => void steps.push(step);
    const { events } = this.session;
    events.on("step", note);
    const saved = files.join(", ");
    return this.run(
      true,
      (progress) =>
        [saved, this.serving("now served by", steps), progress.summary()]
          .filter(Boolean)
          .join("; "),
      (why) => [saved, why, this.serving("still served by", steps)].filter(Boolean).join("; "),
    )
      .then((result) => {
        this.failedSteps = result ? [] : steps;
        return result;
      })
      .finally(() => events.off("step", note));
  }

  /** Deploys after a reset. @throws DeploymentError if it failed; the failure is already printed */
  async fresh(): Promise<RunResult> {
    let reason = "";
    const result = await this.run(
      true,
      (progress) => `as after the start; ${progress.summary()}`,
      (why) => (reason = `everything was discarded, and nothing is deployed: ${why}`),
      () => this.session.reset(),
    );
    if (!result) throw new DeploymentError("", reason || "The run was interrupted.");
    return result;
  }

  private run(
    quiet: boolean,
    ready: (progress: Progress) => string,
    failed: (why: string) => string,
    deploy = () => this.session.deploy(),
  ): Promise<RunResult | undefined> {
    return this.turns.take(() => this.show(quiet, ready, failed, deploy));
  }

  private async show(
    quiet: boolean,
    ready: (progress: Progress) => string,
    failed: (why: string) => string,
    deploy: () => Promise<RunResult>,
  ): Promise<RunResult | undefined> {
    const { session, out, style } = this;
    const parentOf = (urn: string): string | undefined => session.parentOf(urn);
    const progress = (this.progress = new Progress(session.events, out, style, {
      parentOf,
      quiet,
    }));
    try {
      const result = await deploy();
      progress.end();
      out.write(`${style.bold(style.green("ready"))}: ${ready(progress)}\n`);
      return result;
    } catch (error) {
      progress.end();
      if (this.options.signal.aborted) return undefined;
      const text = failed(progress.failure(reason(error)));
      out.write(`${style.bold(style.red("failed"))}: ${text}\n`);
      return undefined;
    }
  }

  /** Returns the functions whose code the steps changed, with their aliases as they are now. */
  private serving(words: string, steps: readonly StepEvent[]): string {
    const { resources } = this.session;
    const touched = new Set(
      steps.filter(({ operation }) => operation === "update").map(({ urn }) => urn),
    );
    const functions = functionsOf(resources).filter(({ urn }) => touched.has(urn));
    const served = servedBy(functions, resources);
    return served === "" ? "" : `${words} ${served}`;
  }
}

/** Returns the message of an error that a user can fix; anything else is a bug, so its stack is included. */
function reason(error: unknown): string {
  if (error instanceof DeploymentError || error instanceof ProjectError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
