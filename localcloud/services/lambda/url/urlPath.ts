/** On AWS a host of its own, `https://<id>.lambda-url.<region>.on.aws`; here a path on the cloud's one port. */
const PREFIX = "/lambda-urls/";

export function urlPath(id: string): string {
  return PREFIX + id;
}

export function isUrlPath(path: string): boolean {
  return path.startsWith(PREFIX);
}

/** The id of a URL and the path behind it, which begins with a slash. */
export function splitUrlPath(path: string): { readonly id: string; readonly rawPath: string } {
  const rest = path.slice(PREFIX.length);
  const slash = rest.indexOf("/");
  return slash < 0
    ? { id: rest, rawPath: "/" }
    : { id: rest.slice(0, slash), rawPath: rest.slice(slash) };
}
