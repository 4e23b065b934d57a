import type { PolicyDocument, PolicyStatement } from "../core/policyDocument";
import type { Decision, DecisionReason } from "../core/decision";
import type { Principal } from "../core/principal";
import { RequestContext, type ContextValues } from "./context";
import { statementCovers, type PrincipalMatch } from "./principals";
import { applicableStatements, type StatementRequest } from "./statements";

/** One request and every policy that applies to it. */
export interface EvaluationRequest {
  readonly principal: Principal;
  /** E.g. `ssm:GetParameter`. */
  readonly action: string;
  /** ARN, or `*` if the action has no resource-level permissions. */
  readonly resource: string;
  readonly context?: ContextValues | (() => ContextValues);
  readonly identityPolicies?: readonly PolicyDocument[];
  readonly resourcePolicy?: PolicyDocument;
  readonly permissionsBoundary?: PolicyDocument;
  /** Policies passed to AssumeRole; the session is limited to their union. Absent = no limit. */
  readonly sessionPolicies?: readonly PolicyDocument[];
  /** Whether the caller's account owns the resource. Default true. */
  readonly sameAccount?: boolean;
}

/** Result of the policies of one kind for a request. */
interface StatementsResult {
  readonly allows: boolean;
  /** The first statement that allows it; absent if this kind of policy does not exist and limits nothing. */
  readonly allowing?: PolicyStatement;
  readonly denying?: PolicyStatement;
}

interface ResourceResult {
  /** How the strongest Allow names the caller; undefined = no Allow does. */
  readonly grant: PrincipalMatch | undefined;
  readonly granting?: PolicyStatement;
  readonly denying?: PolicyStatement;
}

/**
 * Evaluates a request as IAM does. An explicit deny in any policy wins. A resource policy of the same account can
 * allow by itself; otherwise identity policies, permissions boundary and session policy must all allow.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function evaluate(request: EvaluationRequest): Decision {
  const { principal } = request;
  const statement = statementRequest(request);
  const resource = evaluateResourcePolicy(request, statement);
  const resourceReason = isTrust(request) ? "trustPolicy" : "resourcePolicy";
  if (principal.type === "service" || principal.type === "anonymous")
    return resource.denying
      ? { result: "explicitlyDenied", reason: resourceReason, statement: resource.denying }
      : decide(resource.grant !== undefined, resourceReason, resource.granting);

  const identity = evaluateStatements(request.identityPolicies ?? [], statement);
  const boundary = limit(request.permissionsBoundary && [request.permissionsBoundary], statement);
  const session = limit(request.sessionPolicies, statement);
  const denied = deniedBy([
    [principal.type === "root" ? undefined : identity.denying, "identityPolicy"],
    [resource.denying, resourceReason],
    [boundary.denying, "permissionsBoundary"],
    [session.denying, "sessionPolicy"],
  ]);
  if (denied) return denied;

  const sameAccount = request.sameAccount ?? true;
  if (isKeyUse(request) && resource.grant === undefined) return decide(false, resourceReason);
  if (principal.type === "root" && sameAccount) return decide(true, "rootUser");
  if (isTrust(request) && resource.grant === undefined) return decide(false, resourceReason);
  if (resource.grant === "direct" && sameAccount)
    return decide(true, resourceReason, resource.granting);
  const granted = resource.grant === "role" && sameAccount;
  if (!granted && !identity.allows) return decide(false, "identityPolicy");
  if (!boundary.allows) return decide(false, "permissionsBoundary");
  if (!session.allows) return decide(false, "sessionPolicy");
  if (!sameAccount && resource.grant === undefined) return decide(false, resourceReason);
  return granted
    ? decide(true, resourceReason, resource.granting)
    : decide(true, "identityPolicy", identity.allowing);
}

function evaluateStatements(
  documents: readonly PolicyDocument[],
  request: StatementRequest,
): StatementsResult {
  const found = applicableStatements(documents, request, { resourceOptional: false });
  const first = (wanted: string): PolicyStatement | undefined =>
    found.find(({ effect }) => effect === wanted)?.statement;
  const allowing = first("Allow");
  return { allows: allowing !== undefined, allowing, denying: first("Deny") };
}

/** Evaluates a boundary or session policy; without one there is no limit. */
function limit(
  documents: readonly PolicyDocument[] | undefined,
  request: StatementRequest,
): StatementsResult {
  return documents ? evaluateStatements(documents, request) : { allows: true };
}

function evaluateResourcePolicy(
  request: EvaluationRequest,
  statement: StatementRequest,
): ResourceResult {
  if (!request.resourcePolicy) return { grant: undefined };
  const found = applicableStatements([request.resourcePolicy], statement, {
    resourceOptional: true,
  }).map(({ statement, effect }) => ({
    statement,
    effect,
    match: statementCovers(statement, request.principal),
  }));
  const grants = found.filter(({ effect }) => effect === "Allow");
  const grant = strongest(grants.map(({ match }) => match));
  return {
    grant,
    granting: grant && grants.find(({ match }) => match === grant)?.statement,
    denying: found.find(({ effect, match }) => effect === "Deny" && match !== undefined)?.statement,
  };
}

function strongest(grants: readonly (PrincipalMatch | undefined)[]): PrincipalMatch | undefined {
  return (["direct", "role", "account"] as const).find((match) => grants.includes(match));
}

/**
 * Checks whether a request needs a policy that names the caller or its account: key policies and role trust policies
 * cannot be replaced by an identity policy, not even in the same account. A key's policy also applies to the
 * account's root user.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam
 */
function isKeyUse({ action, resource }: EvaluationRequest): boolean {
  return /^kms:/i.test(action) && resource.includes(":key/");
}

function isTrust({ action, resource }: EvaluationRequest): boolean {
  return /^sts:/i.test(action) && /^arn:[^:]+:iam::\d*:role\//.test(resource);
}

function statementRequest(request: EvaluationRequest): StatementRequest {
  const { action, resource, context = {} } = request;
  const collect = typeof context === "function" ? context : () => context;
  return { action, resource, context: new RequestContext(collect) };
}

function decide(allowed: boolean, reason: DecisionReason, statement?: PolicyStatement): Decision {
  if (!allowed) return { result: "implicitlyDenied", reason };
  return { result: "allowed", reason, ...(statement && { statement }) };
}

function deniedBy(
  kinds: readonly (readonly [denying: PolicyStatement | undefined, reason: DecisionReason])[],
): Decision | undefined {
  for (const [statement, reason] of kinds)
    if (statement) return { result: "explicitlyDenied", reason, statement };
  return undefined;
}
