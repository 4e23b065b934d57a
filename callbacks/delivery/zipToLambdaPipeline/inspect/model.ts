export const deploymentOnlyModule = true;

/** Where an archive is read from: an object of a bucket by ranges, a file, or bytes in memory. */
export interface ZipSource {
  /** Bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset` on. Never asked beyond `size`. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** What an archive may take. Every limit has a default. */
export interface InspectLimits {
  /** Bytes of the archive itself. Default 250 MiB: code never shrinks by zipping to more than Lambda takes unzipped. */
  readonly zippedBytes: number;
  /**
   * Bytes of all files. Default 250 MiB, with layers.
   * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution
   */
  readonly unzippedBytes: number;
  /** Files and folders. Default 65 534: one more needs zip64. */
  readonly entries: number;
  /** Bytes of the table of contents. Default 8 MiB. */
  readonly directoryBytes: number;
  /** How many times larger than the archive its files may be, from 1 MiB of files on. Default 200. */
  readonly ratio: number;
  /** Milliseconds for everything. Default 120 000. */
  readonly milliseconds: number;
}

export interface InspectOptions extends Partial<InspectLimits> {
  /** What the program says about this app. It wins over the archive's own lambda.json, key by key. */
  readonly settings?: AppManifest;
  /** Milliseconds since the epoch: whether a runtime has ended. Default: the clock of the process. */
  readonly now?: () => number;
  /** The archive is what a build has made: what its lambda.json has to build is done. Default false. */
  readonly isBuilt?: boolean;
}

export type Architecture = "arm64" | "x86_64";

/** A value of an app's environment: text, or where the text is kept. */
export type AppVariable =
  | string
  /** Name of an SSM parameter. */
  | { readonly parameter: string }
  /** Name or ARN of a secret in Secrets Manager. */
  | { readonly secret: string };

/** `lambda.json` at the root of an archive: what its function is to be like, in Lambda's words. */
export interface AppManifest {
  /** File and export, such as "index.handler". Default: found by the names of the files. */
  readonly handler?: string;
  /** Such as "python3.13". Default: found by the files. */
  readonly runtime?: string;
  readonly architecture?: Architecture;
  /** MB, 128 to 10240. */
  readonly memorySize?: number;
  /** Seconds, 1 to 900. */
  readonly timeout?: number;
  /** MB of /tmp, 512 to 10240. */
  readonly ephemeralStorage?: number;
  readonly description?: string;
  readonly environment?: Readonly<Record<string, AppVariable>>;
  /** ARNs of layer versions, 5 at most. */
  readonly layers?: readonly string[];
  /** Executions at a time that are kept for it and that it is limited to. */
  readonly reservedConcurrency?: number;
  /** Commands that make the app of the archive's files, in its folder, one after the other. */
  readonly build?: readonly string[];
}

export type AppKind = "node" | "python" | "chalice" | "zappa";

/** What `inspectZip` comes to. */
export type Verdict = Accepted | ToBuild | Rejected;

/** An archive that is sound. What function it makes is seen once its commands have run. */
export interface ToBuild {
  readonly accepted: true;
  readonly commands: readonly string[];
  /** The archive's own lambda.json with the program's settings over it. */
  readonly manifest: AppManifest;
  readonly entries: number;
  readonly unzippedBytes: number;
  readonly notes: readonly string[];
}

export interface Accepted {
  readonly accepted: true;
  readonly commands?: undefined;
  readonly kind: AppKind;
  readonly runtime: string;
  readonly handler: string;
  /** What the archive was built for, or is said to be. Absent where it runs on both. */
  readonly architecture?: Architecture;
  /** The archive's own lambda.json with the program's settings over it. */
  readonly manifest: AppManifest;
  /** Files, without folders. */
  readonly entries: number;
  readonly unzippedBytes: number;
  /** Sentences about what is ignored or may surprise. */
  readonly notes: readonly string[];
}

export interface Rejected {
  readonly accepted: false;
  readonly code: RejectionCode;
  /** What was found, with the entry's name. */
  readonly message: string;
  /** What to do. */
  readonly fix: string;
}

export type RejectionCode =
  // The archive itself.
  | "notZip"
  | "truncated"
  | "damaged"
  | "empty"
  | "tooLarge"
  | "tooManyEntries"
  | "directoryTooLarge"
  | "tooLong"
  | "zip64"
  | "multiDisk"
  | "encrypted"
  | "unsupportedCompression"
  | "falseEndRecord"
  | "hiddenBytes"
  | "overlappingEntries"
  | "localHeaderDiffers"
  | "wrongSize"
  | "wrongChecksum"
  | "bomb"
  | "nestedBomb"
  // Names and modes.
  | "traversal"
  | "absolutePath"
  | "backslash"
  | "controlCharacter"
  | "nameTooLong"
  | "nameEncoding"
  | "badName"
  | "duplicateName"
  | "caseTwins"
  | "fileAndFolder"
  | "symlink"
  | "specialFile"
  | "setuid"
  | "unreadableMode"
  // The app.
  | "insideFolder"
  | "macResourceForks"
  | "zipInZip"
  | "noHandler"
  | "handlerNotFound"
  | "notCompiled"
  | "missingDependency"
  | "wrongArchitecture"
  | "wrongPlatform"
  | "wrongRuntime"
  | "runtimeUnsupported"
  | "runtimeEnded"
  | "badManifest";

export const DEFAULT_LIMITS: InspectLimits = {
  zippedBytes: 250 * 1024 * 1024,
  unzippedBytes: 250 * 1024 * 1024,
  entries: 65_534,
  directoryBytes: 8 * 1024 * 1024,
  ratio: 200,
  milliseconds: 120_000,
};

/** One file or folder of an archive, as its table of contents has it and as its own header confirms. */
export interface ZipEntry {
  readonly name: string;
  readonly rawName: Uint8Array;
  readonly folder: boolean;
  readonly method: number;
  readonly flags: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Offset of its local header. */
  readonly offset: number;
}

/** An archive that was read whole and is sound: what is known of its files. */
export interface Contents {
  readonly files: ReadonlyMap<string, FileFacts>;
  /** The text of a file, at most 4 MiB of it; undefined where there is none of that name. */
  readText(name: string): Promise<string | undefined>;
  readonly unzippedBytes: number;
}

export interface FileFacts {
  readonly size: number;
  /** The first bytes: enough to tell a program or an archive. */
  readonly head: Uint8Array;
  /** Of the few small files that describe the app, such as package.json. */
  readonly text?: string;
}
