import { createHash } from "node:crypto";

interface PushedImage {
  readonly digest: string;
  readonly crashes: boolean;
}

/**
 * The image registries, as tasks see them. Images that were never pushed exist too; their digest is derived from the
 * name, so that it is the same in every run.
 */
export class ImageRegistry {
  private readonly pushed = new Map<string, PushedImage>();

  /**
   * Sets the image of a reference such as `acme/web:1.2`; pushing a tag again moves it. Tasks of an image that
   * `crashes` stop with exit code 1 before they run. Returns the digest.
   */
  push(reference: string, image: { digest?: string; crashes?: boolean } = {}): string {
    const name = normalise(reference);
    const digest = image.digest ?? digestOf(`${name} ${this.pushed.get(name)?.digest ?? "new"}`);
    this.pushed.set(name, { digest, crashes: image.crashes ?? false });
    return digest;
  }

  /** Returns the digest that the reference points to now. A reference with a digest always keeps it. */
  digest(reference: string): string {
    const pinned = /@(sha256:[0-9a-f]{64})$/.exec(reference);
    if (pinned) return pinned[1];
    const name = normalise(reference);
    return this.pushed.get(name)?.digest ?? digestOf(name);
  }

  crashes(digest: string): boolean {
    return [...this.pushed.values()].some((image) => image.digest === digest && image.crashes);
  }
}

/**
 * Normalizes a reference like Docker: `web` becomes `docker.io/library/web:latest`.
 * https://github.com/distribution/reference/blob/main/normalize.go
 */
function normalise(reference: string): string {
  const [first, ...rest] = reference.split("/");
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const host = hasHost ? first.replace(/^index\.docker\.io$/, "docker.io") : "docker.io";
  const path = hasHost ? rest.join("/") : reference;
  const full = host === "docker.io" && !path.includes("/") ? `library/${path}` : path;
  const tagged = /:[^/]+$/.test(full) ? full : `${full}:latest`;
  return `${host}/${tagged}`;
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
