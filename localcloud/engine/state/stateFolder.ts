import {
  chmodSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { deserialize, serialize } from "node:v8";
import type { SavedCloud } from "../../cloud/savedCloud";
import { createFolder } from "../../core/createFolder";
import { ProjectError } from "../project/projectError";
import type { SavedStack } from "./state";
import { claim, LOCK_FILES, release } from "./stateLock";

/** The names that may be in the folder. */
const OWN_FILES = ["cloud.state", "cloud.state.next", ...LOCK_FILES];

/** Changes whenever saved state of older versions can no longer be read. */
const FORMAT = 1;

/** What is kept between two runs. */
export interface SavedRun {
  readonly port: number;
  readonly cloud: SavedCloud;
  /** Absent: the cloud ran without a program. */
  readonly stack?: SavedStack & { readonly project: string; readonly name: string };
}

interface Contents extends SavedRun {
  readonly format: number;
  /** Version of the package. */
  readonly version: string;
}

/**
 * The folder of `--state`. It contains secrets in plain text, as a running cloud does in its memory: only its owner may
 * read it, and Git ignores it.
 */
export class StateFolder {
  private constructor(
    readonly directory: string,
    private readonly version: string,
  ) {}

  /** Creates the folder if necessary, and claims it for this process. @throws ProjectError */
  static open(directory: string, version: string): StateFolder {
    const problem = (why: string): ProjectError =>
      new ProjectError(`the state cannot be kept in ${directory}, because ${why}.`);
    try {
      createFolder(directory, 0o700);
      const other = readdirSync(directory).find(isForeign);
      if (other !== undefined)
        throw problem(`the folder has other files (${other}): give --state a folder of its own`);
      // Also a folder that existed.
      chmodSync(directory, 0o700);
      ignoreInGit(directory);
      claim(directory);
    } catch (error) {
      if (error instanceof ProjectError) throw error;
      const { message } = error as Error;
      throw problem(`${message}: give --state a folder that can be created or written`);
    }
    return new StateFolder(directory, version);
  }

  /** Returns what was saved last; undefined for a new folder. @throws ProjectError if it cannot be read */
  read(): SavedRun | undefined {
    const contents = this.contents();
    if (contents === undefined) return undefined;
    if (contents.format !== FORMAT || contents.version !== this.version)
      throw this.unreadable(
        `was saved by version ${contents.version} of localcloud, and this is ${this.version}`,
      );
    return contents;
  }

  /** Returns the port of the saved cloud, if one can be read. */
  savedPort(): number | undefined {
    try {
      return this.read()?.port;
    } catch {
      return undefined;
    }
  }

  /** Replaces what was saved: completely or not at all. */
  write(run: SavedRun): void {
    const contents: Contents = { format: FORMAT, version: this.version, ...run };
    const next = `${this.file}.next`;
    try {
      writeDurably(next, serialize(contents));
      renameSync(next, this.file);
    } catch (error) {
      throw new ProjectError(
        `the state could not be saved in ${this.directory} (${(error as Error).message}): it is as it was before this run.`,
      );
    }
  }

  /** Lets other processes use the folder. */
  release(): void {
    release(this.directory);
  }

  unreadable(why: string): ProjectError {
    return new ProjectError(
      `the state in ${this.directory} ${why}: delete the folder to begin anew, or give --state another one.`,
    );
  }

  private contents(): Contents | undefined {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw this.unreadable(`cannot be read (${(error as Error).message})`);
    }
    try {
      const read: unknown = deserialize(bytes);
      if (typeof read === "object" && read !== null && "format" in read) return read as Contents;
    } catch {
      // Damaged, as the error below says.
    }
    throw this.unreadable("is damaged");
  }

  private get file(): string {
    return path.join(this.directory, "cloud.state");
  }
}

/** Checks whether a name in the folder is not ours; files like `.DS_Store` are the system's, but `.git` is a project's. */
function isForeign(name: string): boolean {
  return name === ".git" || !(name.startsWith(".") || OWN_FILES.includes(name));
}

/** Lets Git ignore the folder, unless its owner has decided otherwise. */
function ignoreInGit(directory: string): void {
  try {
    writeFileSync(path.join(directory, ".gitignore"), "*\n", { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Writes a file that only its owner may read, and waits until it is on the disk. */
function writeDurably(file: string, bytes: Buffer): void {
  const descriptor = openSync(file, "w", 0o600);
  try {
    // An existing file keeps its mode when it is written.
    fchmodSync(descriptor, 0o600);
    writeFileSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
