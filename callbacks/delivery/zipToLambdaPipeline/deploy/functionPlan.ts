import type {
  Architecture,
  FunctionConfiguration,
  Runtime,
  UpdateFunctionConfigurationCommandInput,
} from "@aws-sdk/client-lambda";
import type { Accepted } from "../inspect/model";
import type { ProgramSettings } from "../settings";

export const deploymentOnlyModule = true;

/** MB and seconds of an app that sets nothing else. */
const MEMORY = 256;
const TIMEOUT = 30;
const STORAGE = 512;

/** The wanted configuration of an app's function, in Lambda's words. */
export interface FunctionPlan {
  readonly configuration: Required<
    Pick<
      UpdateFunctionConfigurationCommandInput,
      | "Role"
      | "Runtime"
      | "Handler"
      | "Description"
      | "MemorySize"
      | "Timeout"
      | "EphemeralStorage"
      | "Environment"
      | "Layers"
    >
  >;
  readonly architecture: Architecture;
  /** Absent: it uses the account's unreserved concurrency. */
  readonly reservedConcurrency?: number;
  /** Sentences for the person who uploaded the zip. */
  readonly notes: readonly string[];
}

/**
 * Plans the settings of a function. Layers and reserved concurrency affect others: only the program may set them, not a
 * zip.
 *
 * @param variables the environment, with every reference resolved.
 */
export function planFunction(
  { runtime, handler, architecture, manifest, notes }: Accepted,
  settings: ProgramSettings,
  { roleArn, variables }: { readonly roleArn: string; readonly variables: Record<string, string> },
): FunctionPlan {
  const { reservedConcurrency, layers = [] } = settings;
  return {
    configuration: {
      Role: roleArn,
      Runtime: runtime as Runtime,
      Handler: handler,
      Description: manifest.description ?? "",
      MemorySize: manifest.memorySize ?? MEMORY,
      Timeout: manifest.timeout ?? TIMEOUT,
      EphemeralStorage: { Size: manifest.ephemeralStorage ?? STORAGE },
      Environment: { Variables: variables },
      Layers: [...layers],
    },
    architecture: architecture ?? manifest.architecture ?? "arm64",
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
    notes: [
      ...notes,
      ...(["layers", "reservedConcurrency"] as const)
        .filter((key) => manifest[key] !== undefined && settings[key] === undefined)
        .map((key) => `${key} of lambda.json is ignored: the program sets it, in apps`),
    ],
  };
}

/** Checks whether a function's settings differ from the plan. */
export function differs({ configuration }: FunctionPlan, found: FunctionConfiguration): boolean {
  const wanted = configuration;
  const layers = (found.Layers ?? []).map(({ Arn }) => Arn);
  return (
    wanted.Role !== found.Role ||
    wanted.Runtime !== found.Runtime ||
    wanted.Handler !== found.Handler ||
    wanted.Description !== (found.Description ?? "") ||
    wanted.MemorySize !== found.MemorySize ||
    wanted.Timeout !== found.Timeout ||
    wanted.EphemeralStorage?.Size !== (found.EphemeralStorage?.Size ?? STORAGE) ||
    textOf(wanted.Environment?.Variables) !== textOf(found.Environment?.Variables) ||
    JSON.stringify(wanted.Layers) !== JSON.stringify(layers)
  );
}

function textOf(variables: Record<string, string> = {}): string {
  return JSON.stringify(Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1)));
}
