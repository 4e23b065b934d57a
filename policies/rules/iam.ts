import { actionFact } from "../../components/iam/resourceLevel";
import { REVEALING_ACTIONS } from "../../components/iam/revealingActions";
import {
  isNarrowing,
  isWholeKind,
  limitsKey,
  requiresEquality,
} from "../../components/iam/wholeKind";
import { parsePolicy, type PolicyStatement } from "../policyDocument";
import { get, list, type PolicyResource, type Rule, asBlock } from "../rule";
import { ESCALATING_ACTIONS } from "./iamActions";

const ROLE = "aws:iam/role:Role";

/** Every type of resource with an identity policy, inline or managed by the customer. */
const IDENTITY_POLICIES = [
  "aws:iam/groupPolicy:GroupPolicy",
  "aws:iam/policy:Policy",
  ROLE,
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/userPolicy:UserPolicy",
];

const ATTACHMENTS = [
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
  "aws:iam/policyAttachment:PolicyAttachment",
  ROLE,
  "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
];

export const iamRules: readonly Rule[] = [
  {
    ids: ["AwsSolutions-IAM5", "CKV_AWS_355", "CKV_AWS_290"],
    requires:
      "A permission names the resources that it is for, or one mistake reaches all of the account's; write their " +
      "ARNs (only actions without a resource level need *).",
    types: IDENTITY_POLICIES,
    check: (policy) =>
      allowing(policy).flatMap((statement) =>
        statement.inverted
          ? ["NotAction and NotResource grant what they do not name"]
          : statement.resources
              .filter((arn) => isTooWide(arn, statement))
              .map((arn) => `${statement.actions.join(", ")} on ${arn}`),
      ),
  },
  {
    ids: ["CKV_AWS_63", "CKV_AWS_62", "CKV2_AWS_40", "Serverless-LambdaStarPermissions"],
    requires:
      "A permission names each action, because * also allows what AWS adds tomorrow; list the actions that are called.",
    types: IDENTITY_POLICIES,
    check: (policy) =>
      allowing(policy).flatMap(({ actions }) =>
        actions.filter((action) => /[*?]/.test(action)).map((action) => `it allows ${action}`),
      ),
  },
  {
    ids: ["AwsSolutions-IAM4", "CKV_AWS_274", "CKV2_AWS_56"],
    requires:
      "AWS's managed policies allow more than one role needs, and change by themselves; write an inline policy.",
    types: ATTACHMENTS,
    check: (attachment) =>
      [...list(attachment, "policyArn"), ...list(attachment, "managedPolicyArns")]
        .map(String)
        .filter((arn) => /^arn:[^:]*:iam::aws:policy\//.test(arn))
        .map((arn) => `it attaches ${arn}`),
  },
  {
    ids: ["CKV_AWS_60", "CKV_AWS_61"],
    requires:
      "A role is assumed by one service or principal that you name; replace * in assumeRolePolicy, and add a " +
      "condition where another account may.",
    types: [ROLE],
    check: (role) =>
      parsePolicy(get(role, "assumeRolePolicy"))
        .filter(({ allows }) => allows)
        .flatMap(({ principals, conditions, excepted }) =>
          excepted
            ? ["everyone but its NotPrincipal may assume it"]
            : principals
                .filter(({ name }) => isEveryone(name) || isOpenAccount(name, conditions))
                .map(({ kind, name }) => `${kind} principal ${name} may assume it`),
        ),
  },
  {
    ids: ["CKV_AWS_286", "CKV_AWS_289"],
    requires:
      "Whoever may change permissions may give itself all of them; limit the action to named resources, and " +
      "iam:PassRole by the condition iam:PassedToService.",
    types: IDENTITY_POLICIES,
    check: (policy) => allowing(policy).flatMap(escalations),
  },
  {
    ids: ["CKV_AWS_287", "CKV_AWS_288"],
    requires:
      "Secrets and data are read one by one; name the secrets, parameters, buckets or tables that the code reads.",
    types: IDENTITY_POLICIES,
    check: (policy) =>
      allowing(policy).flatMap((statement) =>
        statement.resources
          .filter((arn) => isTooWide(arn, statement))
          .flatMap((arn) =>
            statement.actions
              .filter((action) => isOneOf(REVEALING_ACTIONS, action))
              .map((action) => `${action} on ${arn === "*" ? "everything" : arn}`),
          ),
      ),
  },
];

function allowing(policy: PolicyResource): PolicyStatement[] {
  const inline = list(policy, "inlinePolicies").map((one) => asBlock(one).policy);
  const documents = [get(policy, "policy"), ...inline];
  return documents.flatMap(parsePolicy).filter(({ allows }) => allows);
}

/** Checks whether a resource pattern matches more than one named resource and its contents (`bucket/*`). */
function isTooWide(arn: string, statement: PolicyStatement): boolean {
  if (arn === "*") return !statement.actions.every((action) => hasNoResource(action, statement));
  if (!/[*?]/.test(arn)) return false;
  const [, partition = "", service = "", , , ...rest] = arn.split(":");
  const name = rest.join(":");
  if (/[*?]/.test(partition + service) || /^[*?:/]*$/.test(name)) return true;
  return isWholeKind(arn) && !statement.conditions.some(isNarrowing);
}

/** Checks whether IAM cannot limit the action to a resource, according to AWS's service authorization reference. */
function hasNoResource(action: string, { conditions }: PolicyStatement): boolean {
  const fact = actionFact(action);
  if (fact?.level !== "none") return false;
  const { condition: key } = fact;
  return key === undefined || conditions.some((condition) => limitsKey(condition, key));
}

function escalations({ actions, resources, conditions }: PolicyStatement): string[] {
  const isLimited = !resources.some((arn) => /^(\*|arn:[^:]*:iam::[^:]*:[a-z-]+\/\*)$/.test(arn));
  return actions
    .filter((action) => isOneOf(ESCALATING_ACTIONS, action))
    .filter((action) => {
      if (!isLimited) return true;
      const passes = /^iam:passrole$/i.test(action);
      return passes && !conditions.some((one) => limitsKey(one, "iam:PassedToService"));
    })
    .map((action) => `${action} on ${resources.join(", ")}`);
}

/** Compares actions ignoring case, like IAM. */
function isOneOf(actions: ReadonlySet<string>, action: string): boolean {
  const pattern = action.replace(/[*?]/g, (wildcard) => (wildcard === "*" ? ".*" : "."));
  return [...actions].some((one) => new RegExp(`^${pattern}$`, "i").test(one));
}

/** Checks for `*`, or a pattern of accounts. */
function isEveryone(name: string): boolean {
  return name === "*" || /^arn:[^:]*:iam::[^:]*[*?]/.test(name);
}

/**
 * Checks for all principals of an account (`arn:aws:iam::<account>:root`, or its number), without a required condition.
 */
function isOpenAccount(name: string, conditions: PolicyStatement["conditions"]): boolean {
  const isAccount = /^(\d{12}|arn:[^:]*:iam::\d{12}:root)$/.test(name);
  return isAccount && !conditions.some(mustHold);
}

/** Checks for a condition that a caller can fail: an external id, an organization, a second factor. */
function mustHold({ operator, values }: PolicyStatement["conditions"][number]): boolean {
  const names = requiresEquality(operator) && !values.some((value) => /^[*?]+$/.test(value));
  return names || (/^(Bool|IpAddress)$/i.test(operator) && !values.includes("false"));
}
