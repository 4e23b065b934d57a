import { checkTemplate, TemplateError } from "../../../vtl";
import { badRequest } from "./apiErrors";
import { compileJavaRegex } from "./javaRegex";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const MAX_TEMPLATE_BYTES = 300 * 1024;

export function checkTemplates(templates: Readonly<Record<string, string>> | undefined): void {
  for (const [contentType, template] of Object.entries(templates ?? {})) {
    if (Buffer.byteLength(template) > MAX_TEMPLATE_BYTES)
      throw badRequest(`Mapping template for ${contentType} exceeds 300 KB`);
    try {
      checkTemplate(template);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw badRequest(`Invalid mapping template specified for ${contentType}: ${error.message}`);
    }
  }
}

export function checkPattern(pattern: string | undefined, what: string): void {
  if (!pattern) return;
  try {
    compileJavaRegex(pattern);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw badRequest(`Invalid ${what} specified: ${error.message}`);
  }
}
