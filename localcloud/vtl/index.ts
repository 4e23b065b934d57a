import { type Template } from "./ast";
import { type NullReference } from "./evaluate/evaluator";
import { Renderer } from "./evaluate/renderer";
import { TemplateVariables } from "./evaluate/variables";
import { Context } from "./gateway/context";
import { Overrides, type RequestOverride, type ResponseOverride } from "./gateway/overrides";
import { Input, type RequestParameters } from "./gateway/input";
import { Util } from "./gateway/util";
import { JavaMap } from "./java/map";
import { type JavaValue } from "./java/value";
import { parseTemplate } from "./parse/parseTemplate";
import { TemplateError } from "./templateError";

export { Overrides, TemplateError };
export type { NullReference, RequestOverride, ResponseOverride };

/** The parts of the request or of the integration's response that a mapping template can read. */
export interface TemplateScope {
  /** The raw payload; an empty one becomes `{}`. */
  readonly body: string;
  readonly params: RequestParameters;
  /** `$context`, without the overrides. */
  readonly context: object;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** Overrides by earlier templates of the same request; this template's are added. */
  readonly overrides?: Overrides;
  /** API Gateway's semantics (the default), or Velocity's own. */
  readonly nullReference?: NullReference;
}

/** Result of a rendering: the new payload, and the overrides that the template set through `$context`. */
export interface Rendered {
  readonly text: string;
  readonly requestOverride: RequestOverride;
  readonly responseOverride: ResponseOverride;
}

/** "Mapping template size: 300 KB": https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const TEMPLATE_BYTES = 300 * 1024;
const CACHED_TEMPLATES = 500;
const templates = new Map<string, Template>();

/**
 * Renders an API Gateway mapping template like Apache Velocity 1.7, with API Gateway's variables. Throws
 * TemplateError for a syntax error, an exception of a Java method and an exceeded limit (1000 iterations of a
 * #foreach, 10 MB of text).
 */
export function renderTemplate(template: string, scope: TemplateScope): Rendered {
  const { overrides = new Overrides() } = scope;
  const tree = parsed(template);
  return {
    text: constantText(tree) ?? rendered(tree, scope, overrides),
    requestOverride: overrides.request,
    responseOverride: overrides.response,
  };
}

/** Returns the text of a template that consists of text only, as those of most mock integrations. */
function constantText({ body }: Template): string | undefined {
  const [first] = body;
  return body.length === 1 && first.type === "text" ? first.text : undefined;
}

function rendered(tree: Template, scope: TemplateScope, overrides: Overrides): string {
  let context: Context | undefined;
  const variables = new TemplateVariables((name) => {
    if (name !== "context") return builtin(name, scope);
    return (context ??= new Context(scope.context, overrides));
  });
  return new Renderer(tree, variables, scope.nullReference ?? "empty text").text();
}

/** Checks the syntax and the size of a mapping template. Throws TemplateError. */
export function checkTemplate(template: string): void {
  if (Buffer.byteLength(template) > TEMPLATE_BYTES) {
    throw new TemplateError("The mapping template exceeds the limit of 300 KB");
  }
  parsed(template);
}

function builtin(name: string, scope: TemplateScope): JavaValue {
  switch (name) {
    case "input":
      return new Input(scope.body, scope.params);
    case "util":
      return new Util();
    case "stageVariables":
      return JavaMap.of(Object.entries(scope.stageVariables));
    default:
      return null;
  }
}

/** Returns the parsed template; recently used ones are cached. */
function parsed(template: string): Template {
  const known = templates.get(template);
  if (known !== undefined) {
    templates.delete(template);
    templates.set(template, known);
    return known;
  }
  const fresh = parseTemplate(template);
  templates.set(template, fresh);
  const [oldest] = templates.keys();
  if (templates.size > CACHED_TEMPLATES && oldest !== undefined) templates.delete(oldest);
  return fresh;
}
