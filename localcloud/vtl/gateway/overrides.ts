import { JavaCollection } from "../java/collections";
import { JavaMap } from "../java/map";
import { isNumber, toDouble } from "../java/number";
import { toText } from "../java/text";
import { type JavaValue } from "../java/value";
import { TemplateError } from "../templateError";

/** A list represents a parameter with several values. */
export type ParameterOverrides = Record<string, string | string[]>;

export interface RequestOverride {
  path: Record<string, string>;
  querystring: ParameterOverrides;
  header: ParameterOverrides;
}

export interface ResponseOverride {
  /** Status code of the response; absent: the mapped one. */
  status?: number;
  header: ParameterOverrides;
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

/**
 * A map whose fixed entries cannot be replaced as a whole, because AWS documents overrides only per parameter. Other
 * members are stored without effect.
 */
export class FrameMap extends JavaMap {
  constructor(
    private readonly name: string,
    private readonly fixed: () => ReadonlyMap<JavaValue, JavaValue>,
  ) {
    super();
  }

  protected override initial(): Map<JavaValue, JavaValue> {
    return new Map(this.fixed());
  }

  override put(key: JavaValue, value: JavaValue): JavaValue {
    if (this.fixed().has(key)) {
      throw new TemplateError(`${this.name}.${toText(key)} cannot be set`);
    }
    return super.put(key, value);
  }
}

/** The response's map; its status can be set only once, like every override. */
class ResponseMap extends FrameMap {
  override put(key: JavaValue, value: JavaValue): JavaValue {
    if (key === "status" && this.has(key))
      throw new TemplateError("$context.responseOverride.status cannot be set");
    return super.put(key, value);
  }
}

/**
 * Overrides that the templates of one request set through `$context`. The response template sees those of the request
 * template.
 */
export class Overrides {
  private maps: ReturnType<typeof emptyMaps> | undefined;

  /** `requestOverride` and `responseOverride`, as templates see them. */
  get variables(): ReadonlyMap<string, JavaMap> {
    this.maps ??= emptyMaps();
    return this.maps.variables;
  }

  get request(): RequestOverride {
    if (!this.maps) return { path: {}, querystring: {}, header: {} };
    const { path, querystring, header } = this.maps.request;
    return {
      path: Object.fromEntries(pairs(path).map(([name, value]) => [name, toText(value)])),
      querystring: overridesOf(querystring),
      header: overridesOf(header),
    };
  }

  get response(): ResponseOverride {
    if (!this.maps) return { header: {} };
    const header = overridesOf(this.maps.responseHeader);
    const status = this.maps.response.get("status");
    return status === null ? { header } : { status: statusCode(status), header };
  }
}

/** Checks whether a member of `$context` is one of `Overrides.variables`, without creating them. */
export function isOverride(name: string): boolean {
  return name === "requestOverride" || name === "responseOverride";
}

function emptyMaps() {
  const request = {
    path: new OverrideMap("$context.requestOverride.path"),
    querystring: new OverrideMap("$context.requestOverride.querystring"),
    header: new OverrideMap("$context.requestOverride.header"),
  };
  const responseHeader = new OverrideMap("$context.responseOverride.header");
  const ofResponse = new Map([["header", responseHeader]]);
  const response = new ResponseMap("$context.responseOverride", () => ofResponse);
  const ofRequest = new Map(Object.entries(request));
  const requestFrame = new FrameMap("$context.requestOverride", () => ofRequest);
  const variables = new Map<string, JavaMap>([
    ["requestOverride", requestFrame],
    ["responseOverride", response],
  ]);
  return { request, responseHeader, response, variables };
}

function pairs(map: JavaMap): [string, JavaValue][] {
  return [...map.entries].map(([name, value]) => [toText(name), value]);
}

function overridesOf(map: JavaMap): ParameterOverrides {
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
