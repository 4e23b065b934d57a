/**
 * How many tasks ECS may stop and start while it replaces those of a service: its deployment configuration.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export interface Rollout {
  readonly desiredCount: number;
  /** Fewest running tasks, in percent of the desired count, rounded up. Default of ECS: 100, for a DAEMON service 0. */
  readonly minimumHealthyPercent: number;
  /**
   * Most running tasks, in percent of the desired count, rounded down. Default of ECS: 200, for a DAEMON service 100.
   */
  readonly maximumPercent: number;
}

/** Returns why a rollout could never begin, with the numbers and how to fix it; undefined if it can. */
export function rolloutProblem(rollout: Rollout): string | undefined {
  const { desiredCount, minimumHealthyPercent, maximumPercent } = rollout;
  const least = Math.ceil((desiredCount * minimumHealthyPercent) / 100);
  const most = Math.floor((desiredCount * maximumPercent) / 100);
  if (desiredCount === 0 || least < desiredCount || most > desiredCount) return undefined;
  const raised = Math.ceil(((desiredCount + 1) / desiredCount) * 100);
  const lowered = Math.floor(((desiredCount - 1) / desiredCount) * 100);
  return (
    `of ${desiredCount} tasks ${minimumHealthyPercent} % must stay, rounded up to ${least}, and ${maximumPercent} % may run, ` +
    `rounded down to ${most}: no task can be stopped or started, so no deployment can progress; ` +
    `set deploymentMaximumPercent to ${raised} or more, or deploymentMinimumHealthyPercent to ${lowered} or less`
  );
}
