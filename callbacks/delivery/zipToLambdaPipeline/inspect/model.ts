export const deploymentOnlyModule = true;

/** A source of an archive: an object of a bucket read by ranges, a file, or bytes in memory. */
export interface ZipSource {
  /** Bytes. */
  readonly size: number;
  /** Reads exactly `length` bytes at `offset`. Never called beyond `size`. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Limits of an archive. Every limit has a default. */
export interface InspectLimits {
  /** Bytes of the archive itself. Default 250 MiB: code that fits in Lambda unzipped is never larger when zipped. */
  readonly zippedBytes: number;
  /**
   * Bytes of all files. Default 250 MiB, with layers.
   * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution
   */
  readonly unzippedBytes: number;
  /** Files and folders. Default 65 534: one more needs zip64. */
  readonly entries: number;
  /** Bytes of the central directory. Default 8 MiB. */
  readonly directoryBytes: number;
  /** Largest ratio of the files' size to the archive's, for 1 MiB of files or more. Default 200. */
  readonly ratio: number;
  /** Milliseconds for the whole inspection. Default 120 000. */
  readonly milliseconds: number;
}

export interface InspectOptions extends Partial<InspectLimits> {
  /** The program's settings of this app. They override the archive's own lambda.json, key by key. */
  readonly settings?: AppManifest;
  /** Returns milliseconds since the epoch, to check whether a runtime has ended. Default: the clock of the process. */
  readonly now?: () => number;
  /** The archive is the result of a build: its lambda.json's `build` has already run. Default false. */
  readonly isBuilt?: boolean;
}

export type Architecture = "arm64" | "x86_64";

/** A value of an app's environment: text, or the place where the text is stored. */
export type AppVariable =
  | string
  /** Name of an SSM parameter. */
  | { readonly parameter: string }
  /** Name or ARN of a secret in Secrets Manager. */
  | { readonly secret: string };

/** `lambda.json` at the root of an archive: the configuration of its function, in Lambda's words. */
export interface AppManifest {
  /** File and export, such as "index.handler". Default: detected from the names of the files. */
  readonly handler?: string;
  /** Such as "python3.13". Default: detected from the files. */
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
  /** Reserved concurrency: concurrent executions that are reserved for the function, and its limit. */
  readonly reservedConcurrency?: number;
  /** Commands that build the app from the archive's files, in its folder, one after another. */
  readonly build?: readonly string[];
}

export type AppKind = "node" | "python" | "chalice" | "zappa";

/** Result of `inspectZip`. */
export type InspectionResult = Accepted | ToBuild | Rejected;

/** A valid archive whose function is known only after its build commands have run. */
export interface ToBuild {
  readonly accepted: true;
  readonly commands: readonly string[];
  /** The archive's own lambda.json, overridden by the program's settings. */
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
  /** Architecture that the archive was built for, or that its settings name. Absent when it runs on both. */
  readonly architecture?: Architecture;
  /** The archive's own lambda.json, overridden by the program's settings. */
  readonly manifest: AppManifest;
  /** Files, without folders. */
  readonly entries: number;
  readonly unzippedBytes: number;
  /** Sentences about settings that are ignored or results that may surprise. */
  readonly notes: readonly string[];
}

export interface Rejected {
  readonly accepted: false;
  readonly code: RejectionCode;
  /** What is wrong, with the entry's name. */
  readonly message: string;
  /** How to fix it. */
  readonly fix: string;
}

export type RejectionCode =
  // About the archive itself.
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
  // About names and modes.
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
  // About the app.
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

/** One file or folder of an archive, as its central directory lists it and its local header confirms. */
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

/** The files of a valid archive that was read completely. */
export interface Contents {
  readonly files: ReadonlyMap<string, FileFacts>;
  /** Returns the text of a file, at most 4 MiB of it; undefined when there is no file of that name. */
  readText(name: string): Promise<string | undefined>;
  readonly unzippedBytes: number;
}

export interface FileFacts {
  readonly size: number;
  /** The first bytes: enough to recognize a program or an archive. */
  readonly head: Uint8Array;
  /** Text of the few small files that describe the app, such as package.json. */
  readonly text?: string;
}
