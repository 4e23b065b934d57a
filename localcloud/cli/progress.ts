import type { DeploymentEvents, DiagnosticEvent, Operation, StepEvent } from "../engine/events";
import { nameOf } from "../engine/urn";
import type { Style } from "./style";

const MARKS: Readonly<Record<Operation, string>> = {
  same: " ",
  create: "+",
  update: "~",
  delete: "-",
  deleteReplaced: "-",
  import: "=",
  read: ">",
};

const DONE: Readonly<Record<Operation, string>> = {
  same: "unchanged",
  create: "created",
  update: "updated",
  delete: "deleted",
  deleteReplaced: "deleted the replaced one",
  import: "imported",
  read: "read",
};

/** Prints what a deployment does while it does it, and what came of it. */
export class Progress {
  private readonly counts = new Map<Operation, number>();
  private readonly started = performance.now();

  constructor(
    events: DeploymentEvents,
    private readonly out: NodeJS.WriteStream,
    private readonly style: Style,
  ) {
    const onStep = (event: StepEvent): void => this.step(event);
    const onDiagnostic = (event: DiagnosticEvent): void => this.diagnostic(event);
    events.on("step", onStep);
    events.on("diagnostic", onDiagnostic);
    this.end = () => {
      events.off("step", onStep);
      events.off("diagnostic", onDiagnostic);
    };
  }

  /** Stops listening. */
  readonly end: () => void;

  /** `27 created, 1 updated, 40 unchanged in 2.1 s` */
  summary(): string {
    const parts = [...this.counts].map(([operation, count]) => `${count} ${DONE[operation]}`);
    const seconds = ((performance.now() - this.started) / 1000).toFixed(1);
    return `${parts.length > 0 ? parts.join(", ") : "nothing to do"} in ${seconds} s`;
  }

  /** A line of the program itself. */
  programLine(line: string): void {
    this.out.write(`  ${this.style.dim(line)}\n`);
  }

  private step({ operation, urn, type, changes, done }: StepEvent): void {
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
    if (severity === "debug" || ephemeral || message.trim() === "") return;
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
