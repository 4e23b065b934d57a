import { formatArn } from "../core/arn";
import type { Clock } from "../core/clock";
import type { Cloud } from "../cloud/cloud";
import { ROOT_CREDENTIALS } from "../engine/session";

/** Where AWS calls go and who makes them. */
export interface CloudAccess {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** The cloud's time. Default: this computer's. */
  readonly clock?: Clock;
}

/** The account's owner, to whom everything is allowed. */
export function rootAccess(cloud: Cloud): CloudAccess {
  return access(cloud, ROOT_CREDENTIALS);
}

/**
 * A session of a role as Lambda opens it, so that IAM is enforced.
 *
 * @throws an AccessDenied error when there is no such role, or it does not trust Lambda.
 */
export function roleAccess(cloud: Cloud, roleName: string): CloudAccess {
  const roleArn = formatArn("iam", { region: "", accountId: cloud.accountId }, `role/${roleName}`);
  const { accessKeyId, secretAccessKey, sessionToken } = cloud.identity.assumeForService({
    roleArn,
    service: "lambda.amazonaws.com",
    sessionName: "as-deployed",
    // Code in an execution environment carries the ARN of its function; policies may ask for it.
    sourceFunctionArn: formatArn(
      "lambda",
      { region: cloud.defaultRegion, accountId: cloud.accountId },
      "function:as-deployed",
    ),
  });
  return access(cloud, { accessKeyId, secretAccessKey, sessionToken });
}

function access(cloud: Cloud, credentials: CloudAccess["credentials"]): CloudAccess {
  return {
    endpoint: cloud.endpoint,
    region: cloud.defaultRegion,
    credentials,
    clock: cloud.clock,
  };
}
