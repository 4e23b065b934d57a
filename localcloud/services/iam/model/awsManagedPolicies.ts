import type { PolicyDocument, PolicyStatement } from "../../../core/policyDocument";
import { policies } from "./awsManagedPolicyDocuments.json";
import type { PolicyRecord } from "../store";

/** An AWS managed policy. */
interface AwsManagedPolicy {
  readonly name: string;
  readonly versionId: string;
  readonly path: string;
  readonly statements: PolicyStatement[];
}

/**
 * The AWS managed policies that this cloud includes, with the documents that AWS publishes
 * (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html): those that Lambda, API Gateway
 * and instance roles usually have, and the nine that `aws.lambda.CallbackFunction` attaches.
 */
const POLICIES = policies as readonly AwsManagedPolicy[]; // JSON types widen "Allow" to string

const BY_ARN = new Map(POLICIES.map((policy) => [arnOf(policy), policyRecord(policy)]));

/** Returns undefined for an ARN that is not an AWS managed policy, or is not included here. */
export function awsManagedPolicy(arn: string): PolicyRecord | undefined {
  return BY_ARN.get(arn);
}

export function awsManagedPolicies(): readonly PolicyRecord[] {
  return [...BY_ARN.values()];
}

function arnOf(policy: AwsManagedPolicy): string {
  return `arn:aws:iam::aws:policy${policy.path}${policy.name}`;
}

function policyRecord(policy: AwsManagedPolicy): PolicyRecord {
  const document: PolicyDocument = { Version: "2012-10-17", Statement: policy.statements };
  // AWS shows the dates of each policy; here all have the same date.
  const createDate = new Date("2015-02-06T18:39:46Z");
  const { versionId } = policy;
  return {
    policyName: policy.name,
    policyId: policyIdOf(policy.name),
    arn: arnOf(policy),
    path: policy.path,
    createDate,
    updateDate: createDate,
    defaultVersionId: versionId,
    lastVersion: Number(versionId.slice(1)),
    versions: new Map([
      [versionId, { versionId, createDate, policy: { text: JSON.stringify(document), document } }],
    ]),
    tags: new Map(),
  };
}

/** Derived from the name, so that it is the same in every run; AWS's own ids have no meaning. */
function policyIdOf(name: string): string {
  const letters = Buffer.from(name).toString("hex").toUpperCase().replace(/[01]/g, "Z");
  return `ANPA${letters.slice(0, 17).padEnd(17, "A")}`;
}
