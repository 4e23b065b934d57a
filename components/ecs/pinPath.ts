import { type Check, text } from "../validation";

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */
const MOST_LEVELS = 15;

/**
 * Checks a path of SSM parameters: SSM reserves names that begin with aws or ssm, and a name has at most 15 levels.
 *
 * @param below levels that the component appends to the path.
 */
export function pinPathCheck(example: string, below: number): Check {
  const most = MOST_LEVELS - below;
  const isPath = (path: string): boolean =>
    /^(\/[A-Za-z0-9_.-]+)+$/.test(path) &&
    !/^\/(aws|ssm)/i.test(path) &&
    path.split("/").length - 1 <= most;
  return text(
    isPath,
    `allowed are paths such as ${example}, of at most ${most} levels, that do not begin with aws or ssm`,
  );
}
