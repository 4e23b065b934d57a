import type { PolicyDocument } from "../../../../core/policyDocument";
import type { AuthorizerResult } from "./authorizerCache";

/**
 * Parses the result of an authorizer function. Returns undefined if it is invalid: it needs a principal, a policy,
 * and a context without objects or lists.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export function parseAuthorizerOutput(text: string): AuthorizerResult | undefined {
  const output = parseObject(text);
  if (!output) return undefined;
  const { principalId, policyDocument, context = {}, usageIdentifierKey } = output;
  if (typeof principalId !== "string" || principalId === "") return undefined;
  if (!isPolicy(policyDocument) || !isRecord(context)) return undefined;
  const entries = Object.entries(context);
  if (entries.some(([, value]) => typeof value === "object" && value !== null)) return undefined;
  return {
    principalId,
    policy: policyDocument,
    context: Object.fromEntries(
      entries.filter(([, value]) => value !== null).map(([key, value]) => [key, String(value)]),
    ),
    ...(typeof usageIdentifierKey === "string" && { usageIdentifierKey }),
  };
}

function isPolicy(value: unknown): value is PolicyDocument {
  if (!isRecord(value)) return false;
  const statements = [value.Statement].flat();
  return (
    statements.length > 0 &&
    statements.every(
      (statement) =>
        isRecord(statement) &&
        (statement.Effect === "Allow" || statement.Effect === "Deny") &&
        isTextOrTexts(statement.Action ?? statement.NotAction) &&
        isTextOrTexts(statement.Resource ?? statement.NotResource),
    )
  );
}

function isTextOrTexts(value: unknown): boolean {
  return [value].flat().every((item) => typeof item === "string") && [value].flat().length > 0;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
