/**
 * How many tasks ECS may stop and start while it replaces those of a service, as its deployment configuration says.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export interface Rollout {
  readonly desiredCount: number;
  /** Of the desired count, rounded up: so many stay running. Default of ECS: 100, of a DAEMON service 0. */
  readonly minimumHealthyPercent: number;
  /** Of the desired count, rounded down: so many may run at once. Default of ECS: 200, of a DAEMON service 100. */
  readonly maximumPercent: number;
}

/** Why a rollout could never begin, with the numbers and how to mend it; undefined when it can. */
export function rolloutProblem(rollout: Rollout): string | undefined {
  const { desiredCount, minimumHealthyPercent, maximumPercent } = rollout;
  const least = Math.ceil((desiredCount * minimumHealthyPercent) / 100);
  const most = Math.floor((desiredCount * maximumPercent) / 100);
  if (desiredCount === 0 || least < desiredCount || most > desiredCount) return undefined;
  const raised = Math.ceil(((desiredCount + 1) / desiredCount) * 100);
  const lowered = Math.floor(((desiredCount - 1) / desiredCount) * 100);
  return (
    `of ${desiredCount} tasks ${minimumHealthyPercent} % must stay, rounded up to ${least}, and ${maximumPercent} % may run, ` +
    `rounded down to ${most}: none can be stopped and none started, so no deployment ever moves; ` +
    `set deploymentMaximumPercent to ${raised} or more, or deploymentMinimumHealthyPercent to ${lowered} or less`
  );
}
