import { decodePercent } from "../malformed";
import { membersOf, type Schema } from "./schema";

/** A segment of a route: fixed text, `{Name}`, or `{Name+}` for several segments. */
type Segment =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "label" | "greedy"; readonly name: string };

/** Smithy's http trait (https://smithy.io/2.0/spec/http-bindings.html), prepared for matching. */
export interface Route {
  readonly method: string;
  readonly status: number;
  readonly segments: readonly Segment[];
  /** Query parameters that belong to the route; undefined = any value. */
  readonly query: ReadonlyMap<string, string | undefined>;
  /** Query parameters that are bound to members; they distinguish routes with the same path. */
  readonly boundQuery: readonly string[];
}

/** A parsed REST request line. */
export interface RequestLine {
  readonly method: string;
  /** Percent-decoded segments of the path. */
  readonly segments: readonly string[];
  readonly query: readonly (readonly [name: string, value: string])[];
}

export function compileRoute(http: readonly unknown[], input: Schema): Route {
  const [method, uri, status] = http;
  const [path, queryText = ""] = String(uri).split("?");
  const query = new Map(
    queryText
      .split("&")
      .filter((pair) => pair !== "")
      .map((pair): [string, string | undefined] => {
        const [name, value] = pair.split("=");
        return [name, value];
      }),
  );
  const bound = [...membersOf(input)].map(([, member]) => member.getMergedTraits().httpQuery);
  return {
    method: String(method),
    status: typeof status === "number" ? status : 200,
    segments: path.split("/").filter(Boolean).map(compileSegment),
    query,
    boundQuery: bound.filter((name) => name !== undefined && !query.has(name)).map(String),
  };
}

/** Returns the segments of a path as sent. Throws SerializationException for invalid percent-encoding. */
export function pathSegments(path: string): string[] {
  const segments = path.split("/").slice(1);
  if (segments[segments.length - 1] === "") segments.pop();
  return segments.map(decodePercent);
}

/** Returns the labels' values if the route matches the request, and how specific the match is. */
export function matchRoute(
  route: Route,
  request: RequestLine,
): { labels: ReadonlyMap<string, string>; score: number } | undefined {
  if (route.method !== request.method) return undefined;
  const labels = matchPath(route.segments, request.segments);
  if (!labels) return undefined;
  const sent = new Map(request.query);
  // Fixed text has precedence over a label, a label over a greedy one, and a required query over everything.
  let score = route.segments.reduce((sum, { kind }) => sum + weights[kind], 0);
  for (const [name, value] of route.query) {
    if (!sent.has(name) || (value !== undefined && sent.get(name) !== value)) return undefined;
    score += weights.query;
  }
  score += weights.boundQuery * route.boundQuery.filter((name) => sent.has(name)).length;
  return { labels, score };
}

const weights = { text: 4, label: 2, greedy: 1, query: 8, boundQuery: 0.1 } as const;

function matchPath(
  segments: readonly Segment[],
  sent: readonly string[],
): Map<string, string> | undefined {
  const labels = new Map<string, string>();
  let at = 0;
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === "greedy") {
      const end = sent.length - (segments.length - index - 1);
      if (end <= at) return undefined;
      labels.set(segment.name, sent.slice(at, end).join("/"));
      at = end;
      continue;
    }
    const value = sent[at++];
    if (segment.kind === "text" ? value !== segment.text : !value) return undefined;
    if (segment.kind === "label") labels.set(segment.name, value);
  }
  return at === sent.length ? labels : undefined;
}

function compileSegment(text: string): Segment {
  if (!text.startsWith("{")) return { kind: "text", text };
  return text.endsWith("+}")
    ? { kind: "greedy", name: text.slice(1, -2) }
    : { kind: "label", name: text.slice(1, -1) };
}
