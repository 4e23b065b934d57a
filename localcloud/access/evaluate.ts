import type { PolicyDocument } from "../core/policyDocument";
import type { Principal } from "../core/principal";
import { RequestContext, type ContextValues } from "./context";
import { statementCovers, type PrincipalMatch } from "./principals";
import { applicableStatements, type StatementRequest } from "./statements";

/** One request and every policy that applies to it. */
export interface EvaluationRequest {
  readonly principal: Principal;
  /** E.g. `ssm:GetParameter`. */
  readonly action: string;
  /** ARN, or `*` where the action has no resource level. */
  readonly resource: string;
  readonly context?: ContextValues;
  readonly identityPolicies?: readonly PolicyDocument[];
  readonly resourcePolicy?: PolicyDocument;
  readonly permissionsBoundary?: PolicyDocument;
  /** Policies passed to AssumeRole; their union limits the session. Absent = no limit. */
  readonly sessionPolicies?: readonly PolicyDocument[];
  /** Whether the caller's account owns the resource. Default true. */
  readonly sameAccount?: boolean;
}

/** The kind of policy that decided; `rootUser`: the account's owner needs no policy. */
export type DecisionReason =
  | "identityPolicy"
  | "resourcePolicy"
  | "trustPolicy"
  | "permissionsBoundary"
  | "sessionPolicy"
  | "rootUser";

export interface Decision {
  readonly result: "allowed" | "explicitlyDenied" | "implicitlyDenied";
  readonly reason: DecisionReason;
}

/** What the policies of one kind say about the request. */
interface Verdict {
  readonly allows: boolean;
  readonly denies: boolean;
}

interface ResourceVerdict {
  readonly denies: boolean;
  /** How the strongest Allow names the caller; undefined = no Allow names it. */
  readonly grant: PrincipalMatch | undefined;
}

/**
 * Decides a request as IAM does: an explicit deny anywhere wins; a resource policy of the same account
 * may allow by itself; else identity policies, permissions boundary and session policy must all allow.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function evaluate(request: EvaluationRequest): Decision {
  const { principal } = request;
  const resource = resourceVerdict(request);
  const resourceReason = isTrust(request) ? "trustPolicy" : "resourcePolicy";
  if (principal.type === "service" || principal.type === "anonymous")
    return resource.denies
      ? { result: "explicitlyDenied", reason: resourceReason }
      : decide(resource.grant !== undefined, resourceReason);

  const identity = verdict(request.identityPolicies ?? [], request);
  const boundary = limit(request.permissionsBoundary && [request.permissionsBoundary], request);
  const session = limit(request.sessionPolicies, request);
  const denied = deniedBy([
    [identity.denies && principal.type !== "root", "identityPolicy"],
    [resource.denies, resourceReason],
    [boundary.denies, "permissionsBoundary"],
    [session.denies, "sessionPolicy"],
  ]);
  if (denied) return { result: "explicitlyDenied", reason: denied };

  const sameAccount = request.sameAccount ?? true;
  if (principal.type === "root" && sameAccount) return decide(true, "rootUser");
  if (mustBeGrantedByResource(request) && resource.grant === undefined)
    return decide(false, resourceReason);
  if (resource.grant === "direct" && sameAccount) return decide(true, resourceReason);
  const granted = resource.grant === "role" && sameAccount;
  if (!granted && !identity.allows) return decide(false, "identityPolicy");
  if (!boundary.allows) return decide(false, "permissionsBoundary");
  if (!session.allows) return decide(false, "sessionPolicy");
  if (!sameAccount && resource.grant === undefined) return decide(false, resourceReason);
  return decide(true, granted ? resourceReason : "identityPolicy");
}

function verdict(documents: readonly PolicyDocument[], request: EvaluationRequest): Verdict {
  const found = applicableStatements(documents, statementRequest(request), {
    resourceOptional: false,
  });
  return {
    allows: found.some(({ effect }) => effect === "Allow"),
    denies: found.some(({ effect }) => effect === "Deny"),
  };
}

/** A boundary or session policy that is not there limits nothing. */
function limit(
  documents: readonly PolicyDocument[] | undefined,
  request: EvaluationRequest,
): Verdict {
  return documents ? verdict(documents, request) : { allows: true, denies: false };
}

function resourceVerdict(request: EvaluationRequest): ResourceVerdict {
  if (!request.resourcePolicy) return { denies: false, grant: undefined };
  const found = applicableStatements([request.resourcePolicy], statementRequest(request), {
    resourceOptional: true,
  }).map(({ statement, effect }) => ({
    effect,
    match: statementCovers(statement, request.principal),
  }));
  const grants = found.filter(({ effect }) => effect === "Allow").map(({ match }) => match);
  return {
    denies: found.some(({ effect, match }) => effect === "Deny" && match !== undefined),
    grant: strongest(grants),
  };
}

function strongest(grants: readonly (PrincipalMatch | undefined)[]): PrincipalMatch | undefined {
  return (["direct", "role", "account"] as const).find((match) => grants.includes(match));
}

/**
 * Key policies and role trust policies must name the caller or its account: no identity policy
 * replaces them, not even in the same account.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
function mustBeGrantedByResource(request: EvaluationRequest): boolean {
  return isTrust(request) || (/^kms:/i.test(request.action) && request.resource.includes(":key/"));
}

function isTrust({ action, resource }: EvaluationRequest): boolean {
  return /^sts:/i.test(action) && /^arn:[^:]+:iam::\d*:role\//.test(resource);
}

function statementRequest(request: EvaluationRequest): StatementRequest {
  const context = new RequestContext(request.context ?? {});
  return { action: request.action, resource: request.resource, context };
}

function decide(allowed: boolean, reason: DecisionReason): Decision {
  return { result: allowed ? "allowed" : "implicitlyDenied", reason };
}

function deniedBy(
  kinds: readonly (readonly [denies: boolean, reason: DecisionReason])[],
): DecisionReason | undefined {
  return kinds.find(([denies]) => denies)?.[1];
}
