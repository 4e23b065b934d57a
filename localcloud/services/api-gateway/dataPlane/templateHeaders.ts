import type { MethodExchange } from "./exchange";
import { displayName } from "./integrations/proxyEvent";

/**
 * Returns the client's headers for `$input.params`. Names are found in any case, and listed as the method declares
 * them.
 */
export function templateHeaders({ request, match }: MethodExchange): Record<string, string> {
  const declared = new Map(
    Object.keys(match.method.requestParameters ?? {})
      .filter((parameter) => parameter.startsWith("method.request.header."))
      .map((parameter) => parameter.slice("method.request.header.".length))
      .map((name) => [name.toLowerCase(), name]),
  );
  const names = new Map<string, string>();
  const headers: Record<string, string> = {};
  for (const [lower, value] of Object.entries(request.headers)) {
    const name = declared.get(lower) ?? displayName(lower);
    names.set(lower, name);
    headers[name] = value;
  }
  const stored = (name: string | symbol): string | symbol =>
    typeof name === "string" ? (names.get(name.toLowerCase()) ?? name) : name;
  return new Proxy(headers, {
    get: (target, name) => Reflect.get(target, stored(name)) as unknown,
    has: (target, name) => Reflect.has(target, stored(name)),
    getOwnPropertyDescriptor: (target, name) =>
      Reflect.getOwnPropertyDescriptor(target, stored(name)),
  });
}
