import { compileRegex } from "../../../vtl/java/regex";

/**
 * Compiles a Java regular expression that must match the whole text, as selection patterns and identity validation
 * expressions do. Throws a TemplateError if Java or this cloud rejects the pattern.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegrationResponse.html
 */
export function compileJavaRegex(pattern: string): RegExp {
  const { source, flags } = compileRegex(pattern);
  return new RegExp(`^(?:${source})$`, flags.replace("g", ""));
}
