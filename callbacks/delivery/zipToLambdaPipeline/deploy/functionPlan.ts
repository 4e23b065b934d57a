import type {
  Architecture,
  FunctionConfiguration,
  Runtime,
  UpdateFunctionConfigurationCommandInput,
} from "@aws-sdk/client-lambda";
import type { Accepted } from "../inspect/model";
import type { ProgramSettings } from "../settings";

export const deploymentOnlyModule = true;

/** MB and seconds of an app that says nothing else. */
const MEMORY = 256;
const TIMEOUT = 30;
const STORAGE = 512;

/** What the function of an app is to be like, in Lambda's words. */
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
  /** Absent: it shares the account's. */
  readonly reservedConcurrency?: number;
  /** Sentences for whoever uploaded the zip. */
  readonly notes: readonly string[];
}

/**
 * The settings of a function. What costs others something, layers and reserved concurrency, a zip cannot ask for: only
 * the program may.
 *
 * @param variables the environment, every reference read.
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

/** Whether a function's settings differ from the plan. */
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
