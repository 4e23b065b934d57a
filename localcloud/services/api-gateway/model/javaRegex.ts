import { compileRegex } from "../../../vtl/java/regex";

/**
 * A Java regular expression that must match the whole text, as selection patterns and identity
 * validation expressions do. Throws a TemplateError for a pattern that Java or this cloud refuses.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegrationResponse.html
 */
export function compileJavaRegex(pattern: string): RegExp {
  const { source, flags } = compileRegex(pattern);
  return new RegExp(`^(?:${source})$`, flags.replace("g", ""));
}
