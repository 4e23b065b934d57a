import { JavaMap } from "../java/map";
import { JavaObject, type JavaValue, type Methods, methodTable, overload } from "../java/value";
import { readJson } from "../json/readJson";
import { writeJson } from "../json/writeJson";
import { evaluatePath } from "../jsonPath/evaluatePath";
import { TemplateError } from "../templateError";

export interface RequestParameters {
  readonly path: Readonly<Record<string, string>>;
  readonly querystring: Readonly<Record<string, string>>;
  readonly header: Readonly<Record<string, string>>;
}

/** Order in which `$input.params('x')` searches: AWS, "mapping template reference", $input variables. */
const SEARCH_ORDER = ["path", "querystring", "header"] as const;

/** `$input`: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#input-variable-reference */
export class Input extends JavaObject {
  private document?: JavaValue;
  private parameters?: JavaMap;

  constructor(
    private readonly payload: string,
    private readonly request: RequestParameters,
  ) {
    super();
  }

  /** API Gateway shows an empty payload as an empty object: https://github.com/localstack/localstack/pull/12413 */
  get body(): string {
    return this.payload === "" ? "{}" : this.payload;
  }

  get methods(): Methods {
    return inputMethods;
  }

  override property(name: string): JavaValue | undefined {
    return name === "body" ? this.body : undefined;
  }

  toText(): string {
    return "";
  }

  /** Returns the value at a path, null if there is none. */
  path(path: string): JavaValue {
    return evaluatePath(path, this.root) ?? null;
  }

  /** Returns the JSON text of the value at a path, an empty JSON string if there is none. */
  json(path: string): string {
    const found = evaluatePath(path, this.root);
    return found === undefined ? '""' : writeJson(found);
  }

  params(): JavaMap {
    this.parameters ??= JavaMap.of(
      SEARCH_ORDER.map((kind) => [kind, JavaMap.of(Object.entries(this.request[kind]))]),
    );
    return this.parameters;
  }

  /** Returns the first parameter with that name; an empty string if there is none. */
  param(name: string): string {
    for (const kind of SEARCH_ORDER) {
      const parameters = this.request[kind];
      if (Object.hasOwn(parameters, name)) return parameters[name] ?? "";
    }
    return "";
  }

  private get root(): JavaValue {
    if (this.document === undefined) this.document = readPayload(this.body);
    return this.document;
  }
}

const inputMethods = methodTable({
  path: [overload(["String"], (self: Input, path: string) => self.path(given(path)))],
  json: [overload(["String"], (self: Input, path: string) => self.json(given(path)))],
  params: [
    overload([], (self: Input) => self.params()),
    overload(["String"], (self: Input, name: string) => self.param(name ?? "")),
  ],
});

function given(path: string | null): string {
  if (path === null)
    throw new TemplateError("IllegalArgumentException: path can not be null or empty");
  return path;
}

/** Parses a payload. Text that is not JSON is one string, as with form posts: `$input.path('$')` gives `a=1&b=2`. */
function readPayload(body: string): JavaValue {
  const trimmed = body.trim();
  if (/^[[{"]/.test(trimmed)) return readJson(trimmed);
  try {
    return readJson(trimmed);
  } catch (error) {
    if (error instanceof TemplateError) return trimmed;
    throw error;
  }
}
