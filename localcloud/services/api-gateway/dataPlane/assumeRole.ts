import type { SessionCredentials } from "../../../core/identity";
import type { GatewayScope } from "./exchange";

/** A session is renewed this long before it expires, so that no call uses an expired one. */
const RENEW_BEFORE_MS = 5 * 60 * 1000;

/** Returns a session of the role for API Gateway, cached while it is valid. Throws IAM's error. */
export function assumeRole(
  { store, cloud, clock }: GatewayScope,
  roleArn: string,
): SessionCredentials {
  const { sessions } = store.runtime;
  const known = sessions.get(roleArn);
  if (known && known.expiration.getTime() - RENEW_BEFORE_MS > clock.now()) return known;
  const session = cloud.identity.assumeForService({
    roleArn,
    service: "apigateway.amazonaws.com",
    sessionName: "BackplaneAssumeRoleSession",
  });
  sessions.set(roleArn, session);
  return session;
}
