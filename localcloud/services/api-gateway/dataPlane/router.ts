import type { Method } from "@aws-sdk/client-api-gateway";
import type { ResourceSnapshot } from "../model/snapshot";

/** The method that serves a request, and the path variables as sent (still encoded). */
export interface RouteMatch {
  readonly resource: ResourceSnapshot;
  readonly method: Method;
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface Node {
  readonly literals: Map<string, Node>;
  variable?: { readonly name: string; readonly node: Node };
  greedy?: { readonly name: string; readonly resource: ResourceSnapshot };
  resource?: ResourceSnapshot;
}

/**
 * Finds the most specific resource that has the method. Literal parts win over `{name}`, which wins over `{name+}`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-set-up-simple-proxy.html
 */
export class Router {
  private readonly root: Node = newNode();

  constructor(resources: readonly ResourceSnapshot[]) {
    for (const resource of resources) this.add(resource);
  }

  /** Finds the method. `path` is percent-encoded and starts with a slash; a trailing slash makes no difference. */
  find(httpMethod: string, path: string): RouteMatch | undefined {
    const segments = path.split("/").slice(1);
    if (segments[segments.length - 1] === "") segments.pop();
    return walk(this.root, segments, 0, httpMethod, {});
  }

  private add(resource: ResourceSnapshot): void {
    const parts = resource.path.split("/").filter((part) => part !== "");
    let node = this.root;
    for (const part of parts) {
      const greedy = /^\{(.+)\+\}$/.exec(part);
      if (greedy) {
        node.greedy = { name: greedy[1], resource };
        return;
      }
      node = child(node, part);
    }
    node.resource = resource;
  }
}

function newNode(): Node {
  return { literals: new Map() };
}

function child(node: Node, part: string): Node {
  const variable = /^\{(.+)\}$/.exec(part);
  if (variable) return (node.variable ??= { name: variable[1], node: newNode() }).node;
  const found = node.literals.get(part) ?? newNode();
  node.literals.set(part, found);
  return found;
}

function walk(
  node: Node,
  segments: readonly string[],
  index: number,
  httpMethod: string,
  parameters: Readonly<Record<string, string>>,
): RouteMatch | undefined {
  if (index === segments.length) return matchOf(node.resource, httpMethod, parameters);
  const segment = segments[index];
  const literal = node.literals.get(decode(segment));
  const { variable, greedy } = node;
  return (
    (literal && walk(literal, segments, index + 1, httpMethod, parameters)) ??
    (variable && segment !== ""
      ? walk(variable.node, segments, index + 1, httpMethod, {
          ...parameters,
          [variable.name]: segment,
        })
      : undefined) ??
    (greedy &&
      matchOf(greedy.resource, httpMethod, {
        ...parameters,
        [greedy.name]: segments.slice(index).join("/"),
      }))
  );
}

function matchOf(
  resource: ResourceSnapshot | undefined,
  httpMethod: string,
  pathParameters: Readonly<Record<string, string>>,
): RouteMatch | undefined {
  const method = resource?.methods[httpMethod] ?? resource?.methods.ANY;
  return resource && method && { resource, method, pathParameters };
}

/** Percent-decodes a text. An invalid encoding stays as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
