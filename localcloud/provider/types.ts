import { errorText } from "./errorText";

/**
 * Property values as Pulumi sends them, secrets unwrapped: plain JSON, with assets and unknowns marked by signatures.
 */
export type Properties = { [name: string]: unknown };

/** The environment of a provider operation. */
export interface ProviderContext {
  /** SDK client settings: endpoint, region and credentials of the deployment. */
  readonly aws: AwsAccess;
  /** The program's folder, to which `path` assets are relative. */
  readonly programDirectory: string;
  readonly signal?: AbortSignal;
}

/** How the provider reaches AWS; any endpoint with AWS's protocols works. */
export interface AwsAccess {
  readonly endpoint?: string;
  readonly region: string;
  readonly accountId: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** The access of the default region if this one is for another region; clients live as long as that access. */
  readonly home?: AwsAccess;
}

/** One `aws:*` type over AWS's API; every member calls AWS through the official SDK clients. */
export interface ResourceType {
  /** e.g. `aws:dynamodb/table:Table` */
  readonly token: string;
  /** The input that gets a generated name if it is absent, with the limits of that name. */
  readonly autoname?: Autoname;
  /** Every supported input (and `region`); any other is refused by name, never ignored. */
  readonly inputs: readonly string[];
  /** Inputs that AWS chooses if they are absent, with dotted paths into blocks: leaving one out changes nothing. */
  readonly computed?: readonly string[];
  /** Outputs that any update may change; unknown during the preview of an update. */
  readonly volatileOutputs?: readonly string[];
  /** Inputs that AWS requires to create it. */
  readonly required?: readonly string[];
  /** Values of absent inputs, as the real provider fills them in. */
  readonly defaults?: Properties;
  /** Inputs that AWS cannot change in place; dotted paths reach into blocks. */
  readonly replaceOn?: readonly string[];
  /** Whether every change of these inputs replaces it, although it has an update. Default: false. */
  isReplaced?(inputs: Properties): boolean;
  /** Whether the new one cannot exist together with the old one (same name or identity). */
  readonly deleteBeforeReplace?: boolean;
  /** Outputs that are always secret, whatever the inputs. */
  readonly secretOutputs?: readonly string[];
  /** Inputs with JSON text, which are equal if the parsed values are equal. */
  readonly jsonInputs?: readonly string[];
  /** Further checks of the inputs; returns one sentence per bad property. */
  check?(inputs: Properties): readonly CheckFailure[];
  /** Creates it and returns its Pulumi id. */
  create(inputs: Properties, context: ProviderContext): Promise<string>;
  /** The inputs of an import id, if the id alone does not identify the resource. */
  importKey?(id: string): Properties | undefined;
  /**
   * Returns its current outputs from AWS; undefined = it does not exist. `inputs` may contain values that AWS does not
   * return. An input among the answer's own keys is the value in AWS, even if it is undefined.
   */
  read(id: string, inputs: Properties, context: ProviderContext): Promise<Properties | undefined>;
  /** Changes it from `olds` (inputs of the last update) to `news`; absent = every change replaces. */
  update?(id: string, news: Properties, olds: Properties, context: ProviderContext): Promise<void>;
  /** Deletes it; succeeds if it is already gone. */
  delete(id: string, outputs: Properties, context: ProviderContext): Promise<void>;
}

export interface Autoname {
  readonly property: string;
  /** Longest name that AWS accepts. */
  readonly maxLength: number;
  /** Default `-`. */
  readonly separator?: string;
  /** Appended after the random part, e.g. `.fifo` for a FIFO queue. */
  suffix?(inputs: Properties): string;
  /** Changes the name before the limit is applied, e.g. to lower case. */
  transform?(name: string): string;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface CheckRequest {
  readonly urn: string;
  readonly type: string;
  /** Inputs of the last successful update, after its check; absent for a new resource. */
  readonly olds?: Properties;
  readonly news: Properties;
  /** Makes generated names unpredictable yet stable between preview and update. */
  readonly randomSeed: Uint8Array;
  /** The stack configuration's setting for generated names; absent = none. */
  readonly autonaming?: Autonaming;
}

/** A name that the engine made by `pulumi:autonaming`, and how far the provider may change it. */
export interface Autonaming {
  readonly mode: "propose" | "enforce" | "disable";
  readonly proposedName: string;
}

export interface CheckResult {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

export type DiffKind =
  "add" | "addReplace" | "delete" | "deleteReplace" | "update" | "updateReplace";

export interface DiffResult {
  /** Dotted path of every property that changed, and what the change causes. */
  readonly detailed: ReadonlyMap<string, DiffKind>;
  readonly changed: boolean;
  readonly replace: boolean;
  readonly deleteBeforeReplace: boolean;
}

/** Thrown if it was created, but a later step failed: the resource exists with this id and these outputs. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  constructor(
    readonly id: string,
    readonly outputs: Properties,
    readonly reason: Error,
  ) {
    super(errorText(reason));
  }
}
