import { AwsError } from "../../core/errors";
import type { PolicyDocument, PolicyStatement } from "../../core/policyDocument";
import { validatePolicyDocument } from "../../access/validate";

/** Maximum length of a policy. https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MAX_POLICY_LENGTH = 20_480;

/** @throws MalformedPolicyDocumentException, and PublicPolicyException for a policy that allows everyone. */
export function parsePolicy(text: string, blockPublic = false): PolicyDocument {
  if (text.length > MAX_POLICY_LENGTH)
    throw new AwsError(
      "LimitExceededException",
      `The resource policy can't be longer than ${MAX_POLICY_LENGTH} characters.`,
    );
  let document: PolicyDocument;
  try {
    document = validatePolicyDocument(text, "resource");
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError("MalformedPolicyDocumentException", error.message);
  }
  if (blockPublic && [document.Statement].flat().some(isPublic))
    throw new AwsError(
      "PublicPolicyException",
      "The resource policy you specified grants broad access to the secret and BlockPublicPolicy is set.",
    );
  return document;
}

function isPublic({ Effect, Principal, Condition }: PolicyStatement): boolean {
  if (Effect !== "Allow" || Principal === undefined || Condition !== undefined) return false;
  return Principal === "*" || [Principal.AWS ?? []].flat().includes("*");
}
