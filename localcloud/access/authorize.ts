import type { ContextValues } from "./context";
import { evaluate } from "./evaluate";
import { denialMessage } from "./explain";
import { parseArn } from "../core/arn";
import type { Decision } from "../core/decision";
import { AwsError } from "../core/errors";
import { viaService } from "../core/forwardAccess";
import type { Principal } from "../core/principal";
import type { AccessCheck } from "../core/service";
import type { IdentityDirectory } from "../core/identity";

/** Caller, time and place of a call, for the global condition keys. */
export interface AuthorizationRequest {
  readonly region: string;
  readonly now: Date;
  /** Signing name of the service, e.g. `ssm`. */
  readonly service: string;
  /** Address of the client; absent for calls between services. */
  readonly sourceIp?: string;
  /** `aws:RequestedRegion` if it differs from `region`. */
  readonly requestedRegion?: string;
  /** Default `AccessDeniedException`. */
  readonly deniedCode?: string;
}

/** Access denials of these services have status 403, those of other JSON services 400. */
const REST_JSON_SERVICES = new Set(["lambda", "apigateway", "execute-api"]);

/**
 * Authorizes the call and returns the decision, or throws AWS's access denial with the code `deniedCode`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function authorize(
  check: AccessCheck,
  principal: Principal,
  identity: IdentityDirectory,
  request: AuthorizationRequest,
): Decision {
  const decision = evaluate({
    principal,
    action: check.action,
    resource: check.resource,
    context: () => ({ ...globalContext(principal, identity, request), ...check.context }),
    identityPolicies: identity.identityPolicies(principal),
    resourcePolicy: check.resourcePolicy,
    permissionsBoundary: identity.permissionsBoundary(principal),
    sessionPolicies: identity.sessionPolicies(principal),
    sameAccount: ownsResource(principal, check.resource),
  });
  if (decision.result === "allowed") return decision;
  const code = request.deniedCode ?? "AccessDeniedException";
  throw new AwsError(code, denialMessage(principal, check, decision), {
    status: deniedStatus(code, request.service),
  });
}

/** Returns the HTTP status of an access denial for a service's signing name. */
export function deniedStatus(code: string, service: string): number {
  return code === "AccessDeniedException" && !REST_JSON_SERVICES.has(service) ? 400 : 403;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export function globalContext(
  principal: Principal,
  identity: Pick<IdentityDirectory, "principalContext">,
  request: AuthorizationRequest,
): ContextValues {
  return {
    "aws:CurrentTime": request.now.toISOString(),
    "aws:EpochTime": String(Math.floor(request.now.getTime() / 1000)),
    // Policies that require TLS protect traffic on a network; here all traffic stays on loopback.
    "aws:SecureTransport": "true",
    "aws:RequestedRegion": request.requestedRegion ?? request.region,
    ...(request.sourceIp !== undefined && { "aws:SourceIp": ipv4(request.sourceIp) }),
    ...forwardingContext(principal),
    ...principalKeys(principal),
    ...identity.principalContext(principal),
  };
}

function principalKeys(principal: Principal): ContextValues {
  switch (principal.type) {
    case "service":
      return servicePrincipalKeys(principal);
    case "anonymous":
      return { "aws:PrincipalType": "Anonymous", "aws:PrincipalIsAWSService": "false" };
    case "root":
      return { ...accountKeys(principal.accountId, principal.arn), "aws:PrincipalType": "Account" };
    case "user":
      return {
        ...accountKeys(principal.accountId, principal.arn),
        "aws:PrincipalType": "User",
        "aws:username": principal.userName,
      };
    case "role":
      return {
        // The role's ARN, not the session's:
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
        ...accountKeys(principal.accountId, principal.roleArn),
        "aws:PrincipalType": "AssumedRole",
        ...(principal.sourceFunctionArn !== undefined && {
          "lambda:SourceFunctionArn": principal.sourceFunctionArn,
        }),
      };
  }
}

function accountKeys(accountId: string, arn: string): ContextValues {
  return {
    "aws:PrincipalAccount": accountId,
    "aws:PrincipalArn": arn,
    "aws:PrincipalIsAWSService": "false",
  };
}

function servicePrincipalKeys(principal: Principal & { type: "service" }): ContextValues {
  const sourceAccount = principal.sourceAccount ?? parseArn(principal.sourceArn ?? "")?.accountId;
  return {
    "aws:PrincipalIsAWSService": "true",
    "aws:PrincipalServiceName": principal.service,
    ...(principal.sourceArn !== undefined && { "aws:SourceArn": principal.sourceArn }),
    ...(sourceAccount && { "aws:SourceAccount": sourceAccount }),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html */
function forwardingContext(principal: Principal): ContextValues {
  const via = viaService(principal);
  if (via === undefined) return { "aws:ViaAWSService": "false" };
  const [service] = via.split(".");
  return { "aws:ViaAWSService": "true", "aws:CalledVia": [`${service}.amazonaws.com`] };
}

/**
 * Checks whether the caller's account owns the resource. An ARN without an account (S3 buckets) counts as its own.
 */
function ownsResource(principal: Principal, resource: string): boolean {
  const owner = parseArn(resource)?.accountId;
  if (!owner || !("accountId" in principal)) return true;
  return !/^\d{12}$/.test(owner) || owner === principal.accountId;
}

/** Converts an IPv4 client of a dual-stack socket, which Node shows as `::ffff:127.0.0.1`. */
function ipv4(address: string): string {
  return address.replace(/^::ffff:/i, "");
}
