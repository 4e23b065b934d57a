import {
  chmodSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { deserialize, serialize } from "node:v8";
import type { SavedCloud } from "../cloud/savedCloud";
import { createFolder } from "../core/createFolder";
import { ProjectError } from "./projectError";
import type { SavedStack } from "./state";

/** The names that may be in the folder. */
const OWN_FILES = [".gitignore", "cloud.state", "cloud.state.next", "lock"];

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
      const other = readdirSync(directory).find((name) => !OWN_FILES.includes(name));
      if (other !== undefined)
        throw problem(`the folder has other files (${other}): give --state a folder of its own`);
      writeFileSync(path.join(directory, ".gitignore"), "*\n");
    } catch (error) {
      if (error instanceof ProjectError) throw error;
      const { message } = error as Error;
      throw problem(`${message}: give --state a folder that can be created or written`);
    }
    claim(directory);
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

  /** Replaces what was saved: completely or not at all. */
  write(run: SavedRun): void {
    const contents: Contents = { format: FORMAT, version: this.version, ...run };
    const next = `${this.file}.next`;
    try {
      writeFileSync(next, serialize(contents), { mode: 0o600 });
      // An existing file keeps its mode when it is written.
      chmodSync(next, 0o600);
      renameSync(next, this.file);
    } catch (error) {
      throw new ProjectError(
        `the state could not be saved in ${this.directory} (${(error as Error).message}): it is as it was before this run.`,
      );
    }
  }

  /** Lets other processes use the folder. */
  release(): void {
    rmSync(lockOf(this.directory), { force: true });
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

function lockOf(directory: string): string {
  return path.join(directory, "lock");
}

/** Two clouds on one folder would overwrite each other's state. A lock whose process has ended is taken over. */
function claim(directory: string): void {
  const lock = lockOf(directory);
  const owner = ownerOf(lock);
  if (owner !== undefined && owner !== process.pid && isRunning(owner))
    throw new ProjectError(
      `the state in ${directory} is in use by the local cloud of process ${owner}: end that one, or give --state another folder.`,
    );
  writeFileSync(lock, `${process.pid}\n`);
}

function ownerOf(lock: string): number | undefined {
  try {
    statSync(lock);
    return Number(readFileSync(lock, "utf8"));
  } catch {
    return undefined; // nobody uses the folder
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
