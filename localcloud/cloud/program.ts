/** The program that was deployed on a cloud. */
export interface DeployedProgram {
  readonly project: string;
  readonly stack: string;
  resources(): readonly DeployedResource[];
  /**
   * Runs one of a component's commands.
   *
   * @throws BadControlRequest when there is no such component or command
   */
  run(urn: unknown, title: unknown): Promise<CommandAnswer>;
  /** Deploys the program again on a cloud in its initial state. */
  reset(): Promise<void>;
}

/** A command that a component's package offers. */
export interface ComponentCommand {
  readonly title: string;
  /** Arguments of the package's command line. */
  readonly args: readonly string[];
  /** True if it changes something; then people have to confirm it. */
  readonly changes?: boolean;
}

export interface CommandAnswer {
  readonly exitCode: number;
  readonly text: string;
}

/** A resource or component of the program. */
export interface DeployedResource {
  readonly urn: string;
  readonly type: string;
  /** Name in the program. */
  readonly name: string;
  /** URN of the parent component; empty at the top level. */
  readonly parent: string;
  /** Physical id on AWS; absent for components. */
  readonly id?: string;
  /** Outputs that identify it, such as `arn` and `url`; no secrets. */
  readonly facts?: Readonly<Record<string, string>>;
  /** For a function: an example event, if one is known. */
  readonly event?: unknown;
  /** For a component: commands that its package offers. */
  readonly commands?: readonly ComponentCommand[];
}
