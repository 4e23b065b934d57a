import { errorText } from "./errorText";

/** Property values as Pulumi sends them, secrets unwrapped: plain JSON, assets and unknowns by their signatures. */
export type Properties = { [name: string]: unknown };

/** What a provider operation may use. */
export interface ProviderContext {
  /** SDK client settings: endpoint, region and credentials of the deployment. */
  readonly aws: AwsAccess;
  /** Reads the files that `path` assets name; the directory of the program. */
  readonly programDirectory: string;
  readonly signal?: AbortSignal;
}

/** How the provider reaches AWS; any endpoint that speaks AWS's protocols will do. */
export interface AwsAccess {
  readonly endpoint?: string;
  readonly region: string;
  readonly accountId: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** The access of the default region when this one is for another; clients live as long as that one. */
  readonly home?: AwsAccess;
}

/** One `aws:*` type over AWS's API; every member speaks to AWS through the official SDK clients. */
export interface ResourceType {
  /** e.g. `aws:dynamodb/table:Table` */
  readonly token: string;
  /** The input that gets a generated name when it is absent, with the limits of that name. */
  readonly autoname?: Autoname;
  /** Every input that it understands (and `region`); any other is refused by name, never ignored. */
  readonly inputs: readonly string[];
  /** Inputs that AWS chooses when they are absent, dotted paths into blocks: leaving one out changes nothing. */
  readonly computed?: readonly string[];
  /** Outputs that any update may change; unknown while one is previewed. */
  readonly volatileOutputs?: readonly string[];
  /** Inputs without which AWS cannot create it. */
  readonly required?: readonly string[];
  /** Values of inputs that are absent, as the real provider fills them in. */
  readonly defaults?: Properties;
  /** Inputs that AWS cannot change in place; dotted paths reach into blocks. */
  readonly replaceOn?: readonly string[];
  /** Whether every change of these inputs replaces it, though it has an update. Default: none does so. */
  isReplaced?(inputs: Properties): boolean;
  /** The new one cannot exist beside the old one (same name or identity). */
  readonly deleteBeforeReplace?: boolean;
  /** Outputs that are secret whatever the inputs were. */
  readonly secretOutputs?: readonly string[];
  /** Inputs whose text is JSON: equal when the parsed values are equal. */
  readonly jsonInputs?: readonly string[];
  /** Further checks of the inputs; returns one sentence per bad property. */
  check?(inputs: Properties): readonly CheckFailure[];
  /** Creates it and returns its Pulumi id. */
  create(inputs: Properties, context: ProviderContext): Promise<string>;
  /** The inputs that an id typed for an import stands for, where the id alone does not find the resource. */
  importKey?(id: string): Properties | undefined;
  /**
   * Its outputs as AWS tells them now; undefined = it is gone. `inputs` may hold what AWS does not return.
   * An input that is among the answer's own keys is what AWS has, even when it is undefined.
   */
  read(id: string, inputs: Properties, context: ProviderContext): Promise<Properties | undefined>;
  /** Brings it from `olds` (inputs of the last update) to `news`; absent = every change replaces. */
  update?(id: string, news: Properties, olds: Properties, context: ProviderContext): Promise<void>;
  /** Deletes it; succeeds when it is already gone. */
  delete(id: string, outputs: Properties, context: ProviderContext): Promise<void>;
}

export interface Autoname {
  readonly property: string;
  /** Longest name AWS takes. */
  readonly maxLength: number;
  /** Default `-`. */
  readonly separator?: string;
  /** Appended after the random part, e.g. `.fifo` when the queue is one. */
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
  /** What the stack's configuration says of generated names; absent = nothing. */
  readonly autonaming?: Autonaming;
}

/** A name that the engine made by `pulumi:autonaming`, and how free the provider is with it. */
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
  /** Dotted path of every property that changed and what that means. */
  readonly detailed: ReadonlyMap<string, DiffKind>;
  readonly changed: boolean;
  readonly replace: boolean;
  readonly deleteBeforeReplace: boolean;
}

/** Created, but a later step failed: the resource exists with this id and these outputs. */
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
