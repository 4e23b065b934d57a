import type { DeploymentEvents, DiagnosticEvent, Operation, StepEvent } from "../engine/events";
import { nameOf } from "../engine/urn";
import type { LiveOutput } from "./liveOutput";
import type { Style } from "./style";

const MARKS: Readonly<Record<Operation, string>> = {
  same: " ",
  create: "+",
  update: "~",
  delete: "-",
  deleteReplaced: "-",
  import: "=",
  read: ">",
  changed: "!",
  gone: "!",
};

/** In the order in which a summary names them. */
const DONE: Readonly<Record<Operation, string>> = {
  changed: "found changed",
  gone: "found deleted",
  create: "created",
  update: "updated",
  import: "imported",
  read: "read",
  delete: "deleted",
  deleteReplaced: "deleted the replaced one",
  same: "unchanged",
};

/** How often the elapsed time of the status is brought up to date. */
const TICK_MS = 500;

/** Prints what a deployment does while it does it, and what came of it. */
export class Progress {
  private readonly counts = new Map<Operation, number>();
  private readonly errors = new Set<string>();
  private readonly started = performance.now();
  private underWay = 0;

  constructor(
    events: DeploymentEvents,
    private readonly out: LiveOutput,
    private readonly style: Style,
  ) {
    const onStep = (event: StepEvent): void => this.step(event);
    const onDiagnostic = (event: DiagnosticEvent): void => this.diagnostic(event);
    events.on("step", onStep);
    events.on("diagnostic", onDiagnostic);
    const tick = setInterval(() => this.out.show(this.status()), TICK_MS).unref();
    this.end = () => {
      events.off("step", onStep);
      events.off("diagnostic", onDiagnostic);
      clearInterval(tick);
      this.out.show("");
    };
  }

  /** Stops listening and takes the status away. */
  readonly end: () => void;

  /** `27 created, 1 updated, 40 unchanged in 2.1 s` */
  summary(): string {
    const parts = Object.entries(DONE).flatMap(([operation, done]) => {
      const count = this.counts.get(operation as Operation);
      return count === undefined ? [] : [`${count} ${done}`];
    });
    return `${parts.length > 0 ? parts.join(", ") : "nothing changed"} in ${this.seconds(1)} s`;
  }

  /** Whether an error has been printed, beside what it is about. */
  hasSaid(error: string): boolean {
    return this.errors.has(error.trimEnd());
  }

  /** A line of the program itself. */
  programLine(line: string): void {
    this.out.write(`  ${this.style.dim(line)}\n`);
  }

  /** `12 done, 3 under way, 2 s`: how many there will be, only the program knows. */
  private status(): string {
    const done = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    return `  ${done} done, ${this.underWay} under way, ${this.seconds(0)} s`;
  }

  private seconds(digits: number): string {
    return ((performance.now() - this.started) / 1000).toFixed(digits);
  }

  private step({ operation, urn, type, changes, done }: StepEvent): void {
    // What a refresh finds was not under way.
    if (operation !== "changed" && operation !== "gone") this.underWay += done ? -1 : 1;
    if (done) this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1);
    if (operation === "same" || !done) return;
    const { style } = this;
    const colour =
      operation === "create" ? style.green : operation === "update" ? style.yellow : style.red;
    const what = changes.length > 0 ? ` ${style.dim(`[${changes.join(", ")}]`)}` : "";
    this.out.write(
      `  ${colour(MARKS[operation])} ${shortType(type).padEnd(34)} ${nameOf(urn)} ${style.dim(DONE[operation])}${what}\n`,
    );
  }

  private diagnostic({ severity, message, urn, ephemeral }: DiagnosticEvent): void {
    // The program sends them only when they are asked for.
    if (
      (severity === "debug" && !process.env.LOCALCLOUD_DEBUG) ||
      ephemeral ||
      message.trim() === ""
    )
      return;
    if (severity === "error") this.errors.add(message.trimEnd());
    const { style } = this;
    const paint =
      severity === "error" ? style.red : severity === "warning" ? style.yellow : style.dim;
    const about = urn
      ? `${shortType(urn.split("::")[2].split("$").at(-1) ?? "")} ${nameOf(urn)}: `
      : "";
    this.out.write(`  ${paint(`${severity}: ${about}${message.trimEnd()}`)}\n`);
  }
}

/** `aws:iam/rolePolicy:RolePolicy` -> `aws:iam:RolePolicy` */
export function shortType(type: string): string {
  return type.replace(/\/[^:]*:/, ":");
}
