/** The program that was deployed on a cloud, for those who ask the cloud about it. */
export interface DeployedProgram {
  readonly project: string;
  readonly stack: string;
  resources(): readonly DeployedResource[];
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
}
