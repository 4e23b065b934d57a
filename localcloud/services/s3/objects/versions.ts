import { randomBytes } from "node:crypto";
import type { DeleteMarker, StoredObject, Version } from "../store";

/** Id of versions that were written while versioning was off or suspended. */
export const NULL_VERSION = "null";

export type Versioning = "Enabled" | "Suspended" | undefined;

/**
 * The objects of one bucket with all their versions.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
 */
export class Versions {
  /** By key, newest first. */
  private readonly byKey = new Map<string, Version[]>();

  get isEmpty(): boolean {
    return this.byKey.size === 0;
  }

  keys(): string[] {
    return [...this.byKey.keys()].sort(byBytes);
  }

  all(key: string): readonly Version[] {
    return this.byKey.get(key) ?? [];
  }

  /** Returns the newest version, or the one with the given id. */
  find(key: string, versionId?: string): Version | undefined {
    const versions = this.all(key);
    return versionId === undefined
      ? versions[0]
      : versions.find((one) => one.versionId === versionId);
  }

  /** Returns the current object of a key; undefined if there is none or it was deleted. */
  current(key: string): StoredObject | undefined {
    const [newest] = this.all(key);
    return newest?.deleteMarker ? undefined : newest;
  }

  put(key: string, object: Omit<StoredObject, "versionId">, versioning: Versioning): StoredObject {
    const versionId = versioning === "Enabled" ? newVersionId() : NULL_VERSION;
    const stored = { ...object, versionId };
    this.add(key, stored);
    return stored;
  }

  /** Replaces a version by one with other tags or metadata. */
  replace(key: string, object: StoredObject): void {
    const versions = this.all(key).map((one) =>
      one.versionId === object.versionId ? object : one,
    );
    this.byKey.set(key, versions);
  }

  /**
   * Deletes an object as a request without a version id does: permanently, or with a delete marker if versioning is
   * on.
   */
  remove(key: string, versioning: Versioning, modifiedAt: Date): DeleteMarker | undefined {
    if (versioning === undefined) {
      this.byKey.delete(key);
      return undefined;
    }
    const versionId = versioning === "Enabled" ? newVersionId() : NULL_VERSION;
    const marker: DeleteMarker = { versionId, modifiedAt, deleteMarker: true };
    this.add(key, marker);
    return marker;
  }

  /** Deletes one version permanently. */
  removeVersion(key: string, versionId: string): Version | undefined {
    const removed = this.find(key, versionId);
    const rest = this.all(key).filter((one) => one !== removed);
    if (rest.length > 0) this.byKey.set(key, rest);
    else this.byKey.delete(key);
    return removed;
  }

  /** Adds a version. A key has at most one null version. */
  private add(key: string, version: Version): void {
    const others = this.all(key).filter(
      ({ versionId }) => version.versionId !== NULL_VERSION || versionId !== NULL_VERSION,
    );
    this.byKey.set(key, [version, ...others]);
  }
}

/** Compares keys by their UTF-8 bytes, the order in which S3 sorts. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const VERSION_ID = /^[\w-]{32}$/;

/** Returns whether the text has the form of an id. */
export function isVersionId(text: string): boolean {
  return VERSION_ID.test(text);
}

function newVersionId(): string {
  return randomBytes(24).toString("base64url");
}
