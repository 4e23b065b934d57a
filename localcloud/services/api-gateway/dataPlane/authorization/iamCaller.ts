import { AwsError } from "../../../../core/errors";
import type { Principal } from "../../../../core/principal";
import type { SignedCaller } from "../../../../core/service";
import type { MethodExchange } from "../exchange";
import { GatewayError } from "../gatewayError";

/** Returns the principal that signed the request with Signature Version 4. Fills `$context.identity`. */
export async function identifyIamCaller(exchange: MethodExchange): Promise<Principal> {
  const { scope, request, context } = exchange;
  const caller = await identify(exchange);
  if (!caller)
    throw new GatewayError("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token");
  if (caller.signingName !== "execute-api")
    throw new GatewayError(
      "INVALID_SIGNATURE",
      `Credential should be scoped to correct service: 'execute-api'. `,
    );
  const { principal } = caller;
  if (principal.type === "service" || principal.type === "anonymous") return principal;
  const { identity } = context;
  identity.accountId = scope.accountId;
  identity.userArn = principal.arn;
  identity.accessKey =
    /Credential=([^/,\s]+)/.exec(request.headers.authorization ?? "")?.[1] ??
    request.query.get("X-Amz-Credential")?.split("/")[0] ??
    null;
  identity.user = userOf(principal);
  identity.caller = identity.user;
  return principal;
}

async function identify({ scope, request }: MethodExchange): Promise<SignedCaller | undefined> {
  try {
    return await scope.cloud.identify(request);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code.startsWith("ExpiredToken"))
      throw new GatewayError("EXPIRED_TOKEN", error.message);
    throw new GatewayError("INVALID_SIGNATURE", error.message, { errorType: errorType(error) });
  }
}

function errorType(error: AwsError): string {
  return error.code === "SignatureDoesNotMatch" ? "InvalidSignatureException" : error.code;
}

function userOf(principal: Exclude<Principal, { type: "service" | "anonymous" }>): string {
  switch (principal.type) {
    case "role":
      return `${principal.roleId}:${principal.sessionName}`;
    case "user":
      return principal.userName;
    case "root":
      return principal.accountId;
  }
}
