/**
 * On AWS each URL has a separate host, `https://<id>.lambda-url.<region>.on.aws`; here it is a path on the cloud's
 * only port.
 */
const PREFIX = "/lambda-urls/";

export function urlPath(id: string): string {
  return PREFIX + id;
}

export function isUrlPath(path: string): boolean {
  return path.startsWith(PREFIX);
}

/** Splits a path into the id of a URL and the remaining path, which begins with a slash. */
export function splitUrlPath(path: string): { readonly id: string; readonly rawPath: string } {
  const rest = path.slice(PREFIX.length);
  const slash = rest.indexOf("/");
  return slash < 0
    ? { id: rest, rawPath: "/" }
    : { id: rest.slice(0, slash), rawPath: rest.slice(slash) };
}
