import { AwsError } from "../../../core/errors";
import type { CloudApi } from "../../../core/service";
import type { SessionCredentials } from "../../../core/identity";
import { invalidParameter } from "./errors";

export const LAMBDA_PRINCIPAL = "lambda.amazonaws.com";

/** Sessions are renewed this long before they expire. */
const MARGIN_MS = 5 * 60_000;

/**
 * The sessions in which Lambda itself acts as a function's role, for pollers, destinations and dead letters. They
 * have no `lambda:SourceFunctionArn` key; only calls of the function's own code have it.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
export class RoleSessions {
  private readonly sessions = new Map<string, SessionCredentials>();

  constructor(private readonly cloud: CloudApi) {}

  principal(roleArn: string, sessionName: string): SessionCredentials["principal"] {
    const key = `${roleArn} ${sessionName}`;
    const known = this.sessions.get(key);
    if (known && this.isValid(known)) return known.principal;
    const session = this.cloud.identity.assumeForService({
      roleArn,
      service: LAMBDA_PRINCIPAL,
      sessionName,
    });
    this.sessions.set(key, session);
    return session.principal;
  }

  private isValid(session: SessionCredentials): boolean {
    const { expiration, accessKeyId } = session;
    return (
      expiration.getTime() - this.cloud.clock.now() > MARGIN_MS &&
      // Sessions of a role end when the role is deleted.
      this.cloud.identity.findByAccessKey(accessKeyId) !== undefined
    );
  }
}

/** Refuses a role that does not exist or does not trust Lambda, as CreateFunction does. */
export function checkRole(cloud: CloudApi, roleArn: string): void {
  try {
    const session = cloud.identity.assumeForService({
      roleArn,
      service: LAMBDA_PRINCIPAL,
      sessionName: "role-check",
    });
    cloud.identity.endSession(session.accessKeyId);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidParameter("The role defined for the function cannot be assumed by Lambda.");
  }
}
