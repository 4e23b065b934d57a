import { ecrRegistry } from "./ecrRegistry";

export const deploymentOnlyModule = true;

/** An image reference in Docker's canonical form: `web` is `docker.io/library/web`. */
export interface ImageReference {
  /** Registry and path, equal for two references to the same repository. */
  readonly repository: string;
  /** Registry and path as they were written, so that a rewrite only changes the tag. */
  readonly written: string;
  /** Undefined when there is none; Docker then uses `latest`. */
  readonly tag?: string;
  /** `sha256:` and 64 hexadecimal digits, when the reference is pinned to a digest. */
  readonly digest?: string;
}

/** Most characters of registry and path together. */
const MAX_NAME = 255;
const DOMAIN =
  /^(?:\[[a-fA-F0-9:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)(?::[0-9]+)?$/;
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
/** Hexadecimal digits of each digest algorithm that registries know. */
const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * Parses a reference by the grammar of registries, with Docker's defaults; undefined when it is not a reference.
 * https://github.com/distribution/reference/blob/main/reference.go and normalize.go
 */
export function parseImage(text: string): ImageReference | undefined {
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) return undefined;
  const named = at < 0 ? text : text.slice(0, at);
  // A colon before the last slash belongs to a port.
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !isTag(tag)) return undefined;
  const written = colon < 0 ? named : named.slice(0, colon);
  const repository = parseRepository(written);
  if (repository === undefined) return undefined;
  return {
    repository,
    written,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/**
 * Returns the canonical name of a repository without tag or digest: `acme/web` is `docker.io/acme/web`, and an ECR
 * registry gets its standard host.
 */
export function parseRepository(text: string): string | undefined {
  const slash = text.indexOf("/");
  const first = slash < 0 ? "" : text.slice(0, slash);
  const hasDomain = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  const domain = hasDomain ? canonicalDomain(first) : "docker.io";
  const rest = hasDomain ? text.slice(slash + 1) : text;
  const path = domain === "docker.io" && !rest.includes("/") ? `library/${rest}` : rest;
  if (!DOMAIN.test(domain) || `${domain}/${path}`.length > MAX_NAME) return undefined;
  if (!path.split("/").every((component) => PATH_COMPONENT.test(component))) return undefined;
  // 64 hexadecimal digits alone are the id of an image, never a name.
  if (/^[a-f0-9]{64}$/.test(text)) return undefined;
  return `${domain}/${path}`;
}

function canonicalDomain(domain: string): string {
  return domain === "index.docker.io" ? "docker.io" : (ecrRegistry(domain) ?? domain);
}

export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Returns the same repository, as it was written, with another tag. Only for references without a digest. */
export function withTag(image: ImageReference, tag: string): string {
  return `${image.written}:${tag}`;
}

function isDigest(text: string): boolean {
  const colon = text.indexOf(":");
  const algorithm = text.slice(0, colon);
  if (!Object.hasOwn(DIGEST_LENGTHS, algorithm)) return false;
  const hex = text.slice(colon + 1);
  return hex.length === DIGEST_LENGTHS[algorithm] && /^[a-f0-9]+$/.test(hex);
}
