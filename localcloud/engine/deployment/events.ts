import { type EventEmitter } from "node:events";

export type Operation =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "deleteReplaced"
  | "import"
  | "read"
  // Results of a refresh: changed or deleted by something else.
  | "changed"
  | "gone";

/** A step of one resource, announced when it starts and when it is done. */
export interface StepEvent {
  readonly operation: Operation;
  readonly urn: string;
  readonly type: string;
  /** URN of the component or the stack that contains it. */
  readonly parent: string;
  /** Properties that an update changes. */
  readonly changes: readonly string[];
  readonly done: boolean;
}

export type Severity = "debug" | "info" | "warning" | "error";

/** A message from the program, a provider or the engine. */
export interface DiagnosticEvent {
  readonly severity: Severity;
  readonly message: string;
  readonly urn: string;
  /** Whether the line replaces the one before it. */
  readonly ephemeral: boolean;
}

export interface DeploymentEventMap {
  step: [StepEvent];
  diagnostic: [DiagnosticEvent];
}

export type DeploymentEvents = EventEmitter<DeploymentEventMap>;

/** Thrown if a resource could not be deployed; the run ends without deleting anything. */
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
