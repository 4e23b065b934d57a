import { JavaCollection } from "../java/collections";
import { JsonArray } from "../java/list";
import { JavaMap } from "../java/map";
import { fromBigInt, isNumber, JavaDouble, toDouble } from "../java/number";
import { toText } from "../java/text";
import { type JavaValue } from "../java/value";
import { TemplateError } from "../templateError";

export type Overrides = Record<string, string | string[]>;

export interface RequestOverride {
  path: Record<string, string>;
  querystring: Overrides;
  header: Overrides;
}

export interface ResponseOverride {
  /** The status code to answer with; the mapped one when absent. */
  status?: number;
  header: Overrides;
}

/**
 * A map whose keys can be set only once: "Overrides are final. An override may only be applied to each
 * parameter once. If you try to override the same parameter multiple times, API Gateway returns a 5XX response."
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
 */
class OverrideMap extends JavaMap {
  constructor(private readonly name: string) {
    super();
  }

  override put(key: JavaValue, value: JavaValue): JavaValue {
    if (this.has(key)) throw new TemplateError(`${this.name}.${toText(key)} is already overridden`);
    return super.put(key, value);
  }
}

/** A map whose fixed entries cannot be replaced as a whole: AWS documents overrides by parameter only. */
class FrameMap extends JavaMap {
  constructor(
    private readonly name: string,
    private readonly fixed: ReadonlyMap<JavaValue, JavaValue>,
    private readonly settable: (key: JavaValue) => boolean,
  ) {
    super();
    for (const [key, value] of fixed) this.entries.set(key, value);
  }

  override put(key: JavaValue, value: JavaValue): JavaValue {
    if (this.fixed.has(key) || !this.settable(key)) {
      throw new TemplateError(`${this.name}.${toText(key)} cannot be set`);
    }
    return super.put(key, value);
  }
}

/** `$context`, with the two places a template writes its overrides to. */
export class Context {
  readonly variable: JavaMap;
  private readonly request = {
    path: new OverrideMap("$context.requestOverride.path"),
    querystring: new OverrideMap("$context.requestOverride.querystring"),
    header: new OverrideMap("$context.requestOverride.header"),
  };
  private readonly responseHeader = new OverrideMap("$context.responseOverride.header");
  private readonly response: JavaMap;

  constructor(values: Readonly<Record<string, unknown>>) {
    const request = new FrameMap(
      "$context.requestOverride",
      new Map(Object.entries(this.request)),
      () => false,
    );
    this.response = new FrameMap(
      "$context.responseOverride",
      new Map([["header", this.responseHeader]]),
      (key) => key === "status" && !this.response.has(key),
    );
    const frame = new Map([
      ["requestOverride", request],
      ["responseOverride", this.response],
    ]);
    this.variable = new FrameMap("$context", frame, () => true);
    for (const [name, value] of Object.entries(values)) {
      if (!frame.has(name)) this.variable.put(name, fromPlain(value));
    }
  }

  get requestOverride(): RequestOverride {
    return {
      path: Object.fromEntries(
        pairs(this.request.path).map(([name, value]) => [name, toText(value)]),
      ),
      querystring: overrides(this.request.querystring),
      header: overrides(this.request.header),
    };
  }

  get responseOverride(): ResponseOverride {
    const header = overrides(this.responseHeader);
    const status = this.response.get("status");
    return status === null ? { header } : { status: statusCode(status), header };
  }
}

/** A value of the caller's own program as the Java value of the same meaning. */
export function fromPlain(value: unknown): JavaValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "bigint")
    return value;
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? fromBigInt(BigInt(value)) : new JavaDouble(value);
  }
  if (Array.isArray(value)) return new JsonArray(value.map(fromPlain));
  if (typeof value !== "object") return null;
  return JavaMap.of(Object.entries(value).map(([name, item]) => [name, fromPlain(item)]));
}

function pairs(map: JavaMap): [string, JavaValue][] {
  return [...map.entries].map(([name, value]) => [toText(name), value]);
}

/** A list makes a parameter of several values. */
function overrides(map: JavaMap): Overrides {
  return Object.fromEntries(
    pairs(map).map(([name, value]) => [
      name,
      value instanceof JavaCollection ? value.items.map(toText) : toText(value),
    ]),
  );
}

function statusCode(value: JavaValue): number {
  const status =
    value !== null && isNumber(value)
      ? toDouble(value)
      : Number(toText(value).trim() || Number.NaN);
  if (Number.isInteger(status) && status >= 100 && status <= 599) return status;
  throw new TemplateError(`$context.responseOverride.status is no HTTP status: ${toText(value)}`);
}
