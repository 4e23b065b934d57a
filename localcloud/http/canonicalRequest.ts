import type { WireRequest } from "../core/service";

/**
 * Returns the canonical form of a request that SigV4 hashes.
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, step 1)
 */
export function canonicalRequest(
  request: WireRequest,
  signed: {
    readonly signedHeaders: readonly string[];
    readonly payloadHash: string;
    /** False for S3, whose keys may contain any characters. */
    readonly encodePathTwice: boolean;
  },
): string {
  const names = [...signed.signedHeaders].sort();
  return [
    request.method,
    signed.encodePathTwice ? encodePath(normalizePath(request.path)) : s3Path(request.path),
    canonicalQuery(request.rawQuery),
    ...names.map((name) => `${name}:${canonicalHeader(valuesOf(request, name))}`),
    "",
    names.join(";"),
    signed.payloadHash,
  ].join("\n");
}

/** Escapes all bytes except RFC 3986 unreserved characters. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Removes empty and dot segments, as every service except S3 does. */
function normalizePath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split("/"))
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  const end = segments.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${segments.join("/")}${end}`;
}

function encodePath(path: string): string {
  return path.split("/").map(encodeRfc3986).join("/");
}

function s3Path(path: string): string {
  return path
    .split("/")
    .map((segment) => encodeRfc3986(decode(segment)))
    .join("/");
}

function canonicalQuery(rawQuery: string): string {
  const pairs = rawQuery
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair): [string, string] => {
      const at = pair.indexOf("=");
      const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
      return [recode(name), recode(value)];
    })
    .filter(([name]) => name !== "X-Amz-Signature");
  return pairs
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function recode(text: string): string {
  return encodeRfc3986(decode(text.replaceAll("+", " ")));
}

/** Decodes; invalid percent-encoding stays as it is: no client signs it, so the comparison fails anyway. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Returns the values of a header in order; more than one if it was sent repeatedly. */
function valuesOf({ headers, headerValues }: WireRequest, name: string): readonly string[] {
  const values = headerValues?.()[name];
  return values && values.length > 1 ? values : [headers[name] ?? ""];
}

function canonicalHeader(values: readonly string[]): string {
  return values.map((value) => value.trim().replace(/\s+/g, " ")).join(",");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
