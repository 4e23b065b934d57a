import type { Decision, DecisionReason } from "../core/decision";
import { principalArn, type Principal } from "../core/principal";
import type { AccessCheck } from "../core/service";

/**
 * Kind in `because no <kind> allows the <action> action`; the root user needs no policy and is never denied this way.
 */
const MISSING: Readonly<Record<DecisionReason, string>> = {
  identityPolicy: "no identity-based policy",
  resourcePolicy: "no resource-based policy",
  trustPolicy: "no role trust policy",
  permissionsBoundary: "no permissions boundary",
  sessionPolicy: "no session policy",
  rootUser: "no resource-based policy",
};

/** Kind in `with an explicit deny in <kind>`. */
const DENYING: Readonly<Record<DecisionReason, string>> = {
  identityPolicy: "an identity-based policy",
  resourcePolicy: "a resource-based policy",
  trustPolicy: "the role trust policy",
  permissionsBoundary: "a permissions boundary",
  sessionPolicy: "a session policy",
  rootUser: "a resource-based policy",
};

/** These services omit `on resource` for actions without resource-level permissions. */
const NO_RESOURCE_LEVEL = /^(ec2|autoscaling|cloudwatch|elasticloadbalancing):/i;

/**
 * In denials IAM names an existing role, user or policy by its kind and name; for these actions it prints the ARN.
 */
const IAM_WITH_ARN =
  /^iam:(Create(Role|User|InstanceProfile|ServiceLinkedRole)|List(Roles|Users|Policies|InstanceProfiles)|Tag\w+|Untag\w+|PassRole)$/i;

/**
 * Returns the message of an access denial.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function denialMessage(
  principal: Principal,
  check: Pick<AccessCheck, "action" | "resource">,
  decision: Decision,
): string {
  const action = displayedAction(check.action);
  const why =
    decision.result === "explicitlyDenied"
      ? `with an explicit deny in ${DENYING[decision.reason]}`
      : `because ${MISSING[decision.reason]} allows the ${action} action`;
  const text =
    `User: ${principalArn(principal)} is not authorized to perform: ${action}` +
    `${onResource(check, decision.reason)} ${why}`;
  return /^ec2:/i.test(action) ? `You are not authorized to perform this operation. ${text}` : text;
}

/** Returns the action as denials spell it: SQS in lower case, SNS with an upper-case prefix. */
function displayedAction(action: string): string {
  if (/^sqs:/i.test(action)) return action.toLowerCase();
  return action.replace(/^sns:/i, "SNS:");
}

function onResource(
  check: Pick<AccessCheck, "action" | "resource">,
  reason: DecisionReason,
): string {
  // In AWS's documentation, denials by a trust policy name no resource.
  if (reason === "trustPolicy") return "";
  if (check.resource === "*" && NO_RESOURCE_LEVEL.test(check.action)) return "";
  return ` on resource: ${displayedResource(check)}`;
}

function displayedResource({ action, resource }: Pick<AccessCheck, "action" | "resource">): string {
  if (!/^iam:/i.test(action) || IAM_WITH_ARN.test(action)) return resource;
  const [, kind, name] =
    /^arn:[^:]+:iam::\d*:(role|user|instance-profile)\/(?:.*\/)?([^/]+)$/.exec(resource) ?? [];
  if (kind !== undefined) return `${kind.replace("-", " ")} ${name}`;
  return resource.includes(":policy/") ? `policy ${resource}` : resource;
}
