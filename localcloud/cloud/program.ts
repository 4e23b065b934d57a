/** The program that was deployed on a cloud, for those who ask the cloud about it. */
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
  /** Deploys the program once more, on a cloud in which nothing was ever done. */
  reset(): Promise<void>;
}

/** What the package of a component offers to do with it. */
export interface ComponentCommand {
  readonly title: string;
  /** Arguments of the package's command line. */
  readonly args: readonly string[];
  /** It changes something, so people are asked before it runs. */
  readonly changes?: boolean;
}

export interface CommandAnswer {
  readonly exitCode: number;
  readonly text: string;
}

/** A resource or component as the program names it. */
export interface DeployedResource {
  readonly urn: string;
  readonly type: string;
  /** As the program calls it. */
  readonly name: string;
  /** URN of the component that it is in; empty at the top. */
  readonly parent: string;
  /** As AWS calls it; absent for components. */
  readonly id?: string;
  /** Outputs by which people and AWS know it, such as `arn` and `url`; none that is secret. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Of a function: an event that it understands, if one is known. */
  readonly event?: unknown;
  /** Of a component: what its package offers to do with it. */
  readonly commands?: readonly ComponentCommand[];
}
