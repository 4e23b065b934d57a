/** A template and its media type, which becomes the response's content type. */
export interface ChosenTemplate {
  readonly contentType: string;
  readonly template: string;
}

/**
 * Returns the template for the type that the client accepts: an exact match, else JSON, else the first one.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function templateForAccept(
  templates: Readonly<Record<string, string>>,
  accept: string | undefined,
): ChosenTemplate | undefined {
  const stored = Object.keys(templates);
  const accepted = (accept ?? "").split(",").map((range) => range.split(";", 1)[0].trim());
  const contentType =
    accepted.find((range) => Object.hasOwn(templates, range)) ??
    (Object.hasOwn(templates, "application/json") ? "application/json" : stored[0]);
  return contentType === undefined ? undefined : { contentType, template: templates[contentType] };
}
