import { type EventEmitter } from "node:events";

export type Operation =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "deleteReplaced"
  | "import"
  | "read"
  // What a refresh found: changed or deleted by something else.
  | "changed"
  | "gone";

/** One resource's step, announced when it starts and when it is done. */
export interface StepEvent {
  readonly operation: Operation;
  readonly urn: string;
  readonly type: string;
  /** URN of the component or the stack that it is in. */
  readonly parent: string;
  /** Properties that an update changes. */
  readonly changes: readonly string[];
  readonly done: boolean;
}

export type Severity = "debug" | "info" | "warning" | "error";

/** A message of the program, a provider or the engine. */
export interface DiagnosticEvent {
  readonly severity: Severity;
  readonly message: string;
  readonly urn: string;
  /** True for a line that replaces the one before it. */
  readonly ephemeral: boolean;
}

export interface DeploymentEventMap {
  step: [StepEvent];
  diagnostic: [DiagnosticEvent];
}

export type DeploymentEvents = EventEmitter<DeploymentEventMap>;

/** A resource could not be brought to what the program says; the run ends without deleting anything. */
export class DeploymentError extends Error {
  override readonly name = "DeploymentError";
  constructor(
    readonly urn: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
