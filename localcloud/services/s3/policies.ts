import type { PublicAccessBlockConfiguration } from "@aws-sdk/client-s3";
import { AwsError } from "../../core/errors";
import type { PolicyDocument, PolicyStatement } from "../../core/policyDocument";
import { matchesWildcard, wildcardOf } from "../../core/wildcard";
import { validatePolicyDocument } from "../../access/validate";
import { accessDenied, s3Error } from "./errors";
import type { Bucket } from "./store";

/**
 * The default of a new bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export const BLOCK_ALL: PublicAccessBlockConfiguration = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/**
 * Parses a bucket policy. @throws MalformedPolicy, and AccessDenied for a public policy if the bucket blocks those.
 */
export function parsePolicy(text: string, bucket: Bucket): PolicyDocument {
  if (!text.startsWith("{"))
    throw malformed("Policies must be valid JSON and the first byte must be '{'");
  let document: PolicyDocument;
  try {
    document = validatePolicyDocument(text, "resource");
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw malformed(error.message);
  }
  for (const { Action, NotAction, Resource = [] } of [document.Statement].flat()) {
    const actions = [Action ?? NotAction ?? []].flat();
    if (actions.some((action) => action !== "*" && !/^s3:/i.test(action)))
      throw malformed("Policy has invalid action");
    if ([Resource].flat().some((resource) => !isOf(resource, bucket.name)))
      throw malformed("Policy has invalid resource");
  }
  if (bucket.publicAccessBlock?.BlockPublicPolicy && isPublic(document)) throw accessDenied();
  return document;
}

function malformed(message: string): AwsError {
  return s3Error("MalformedPolicy", message);
}

/** Returns the policy that applies to requests. With RestrictPublicBuckets, public statements grant nothing. */
export function effectivePolicy({ policy, publicAccessBlock }: Bucket): PolicyDocument | undefined {
  if (!policy || !publicAccessBlock?.RestrictPublicBuckets) return policy?.document;
  const statements = [policy.document.Statement].flat();
  return { ...policy.document, Statement: statements.filter((one) => !grantsPublicly(one)) };
}

export function isPublic(document: PolicyDocument): boolean {
  return [document.Statement].flat().some(grantsPublicly);
}

/**
 * Checks whether a statement is public: it grants access to everyone, and no condition restricts who or from where.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
function grantsPublicly({ Effect, Principal, Condition = {} }: PolicyStatement): boolean {
  if (Effect !== "Allow" || Principal === undefined) return false;
  const everybody =
    Principal === "*" || Object.values(Principal).some((names) => [names].flat().includes("*"));
  const keys = Object.entries(Condition).flatMap(([operator, values]) =>
    /IfExists$|^ForAllValues:|^Not|Not(Equals|Like)/.test(operator)
      ? []
      : Object.entries(values).filter(
          ([key, value]) => FIXED.test(key) && !String(value).includes("*"),
        ),
  );
  return everybody && keys.length === 0;
}

const FIXED =
  /^(aws:(PrincipalArn|PrincipalAccount|PrincipalOrgID|SourceArn|SourceAccount|SourceIp|SourceVpc|SourceVpce|userid)|s3:DataAccessPoint(Arn|Account))$/i;

function isOf(resource: string, bucket: string): boolean {
  const name = resource.replace(/^arn:aws:s3:::/, "").split("/")[0];
  if (name === resource) return resource === "*";
  return matchesWildcard(wildcardOf(name), bucket);
}
