import { formatArn } from "../core/arn";
import type { Clock } from "../core/clock";
import type { Cloud } from "../cloud/cloud";
import { ROOT_CREDENTIALS } from "../engine/session";

/** The cloud that receives AWS calls, and the principal that makes them. */
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

/** Returns access as the account's owner, who may do everything. */
export function rootAccess(cloud: Cloud): CloudAccess {
  return access(cloud, ROOT_CREDENTIALS);
}

/**
 * Returns access as a session of a role, like Lambda opens it, so that IAM is enforced.
 *
 * @throws an AccessDenied error if there is no such role, or it does not trust Lambda.
 */
export function roleAccess(cloud: Cloud, roleName: string): CloudAccess {
  const roleArn = formatArn("iam", { region: "", accountId: cloud.accountId }, `role/${roleName}`);
  const { accessKeyId, secretAccessKey, sessionToken } = cloud.identity.assumeForService({
    roleArn,
    service: "lambda.amazonaws.com",
    sessionName: "as-deployed",
    // Calls from an execution environment carry the function's ARN, which policies may check.
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
