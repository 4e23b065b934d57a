import * as pulumi from "@pulumi/pulumi";
import { CaptureError } from "./captureError";
import { capturePath } from "./checks/capturePath";
import { ClosureGraph } from "./closure/closureGraph";
import type { ModuleEntry } from "./closure/entries";
import { moduleSpecifier, resolvingSpecifier } from "./bundling/moduleSpecifier";
import { valueOf } from "./checks/outputUse";
import { writeClosure } from "./closure/writeClosure";
import type { AnyFunction } from "./captures/closureScope";
import type { LoadedModule } from "./captures/loadedModules";
import { atNextMoment, type Moment } from "./captures/moment";
import { turnToPack } from "./caching/packingOrder";
import { portabilityCheck } from "./checks/portabilityCheck";
import { type CaptureContext, machineFolders, type Refusal, refusal } from "./captures/refusal";

export interface SerializeOptions {
  /** Whether the function is a factory: it is called once, at cold start, and returns the handler. */
  isFactory: boolean;
  /** Folders in which packages are looked up, in order. */
  folders: readonly string[];
  /** Errors are shown against this resource. */
  resource?: pulumi.Resource;
}

export interface SerializedCallback {
  /** The CommonJS module text; it exports `handler`. */
  text: string;
  /** Every Output whose value is written into the text; unknown ones are written as `undefined`. */
  captured: pulumi.Output<unknown>[];
  /** The functions whose texts it contains unchanged. */
  functions: AnyFunction[];
}

/**
 * Turns an inline callback into text, and refuses captures that would fail, leak or be wrong in Lambda. The checks get
 * the captured values themselves: the text alone is not enough.
 */
export async function serializeCallback(
  callback: AnyFunction,
  options: SerializeOptions,
): Promise<SerializedCallback> {
  const outputs = new Map<pulumi.Output<unknown>, unknown>();
  // The last round waits for nothing, so it uses one consistent snapshot of all values.
  for (;;) {
    const { graph, context } = await atNextMoment((moment) =>
      collect(callback, outputs, moment, options),
    );
    if (graph.awaited.length > 0) {
      const values = await Promise.all(graph.awaited.map(valueOf));
      graph.awaited.forEach((output, i) => outputs.set(output, values[i]));
      continue;
    }
    const { isFactory, folders } = options;
    const text = writeClosure(callback, graph, { isFactory, specifierOf: specifiers(folders) });
    await turnToPack(text, options.resource);
    const captured = [...outputs.keys()].filter((output) => graph.entries.has(output));
    await refuseSecrets(callback, captured, context);
    const functions = [...graph.entries.values()].flatMap((entry) =>
      entry.kind === "function" ? [entry.value] : [],
    );
    return { text, captured, functions };
  }
}

function collect(
  callback: AnyFunction,
  outputs: ReadonlyMap<unknown, unknown>,
  moment: Moment,
  { isFactory, folders, resource: owner }: SerializeOptions,
): { graph: ClosureGraph; context: CaptureContext } {
  const { modules, builtinFunctions } = moment;
  const context: CaptureContext = { modules, builtinFunctions, folders: machineFolders(), owner };
  const inspect = (value: unknown): void => {
    const refused = refusal(value, context);
    if (refused) throw captureError(callback, value, refused, context);
  };
  const check = portabilityCheck(callback, { modules, outputs, isFactory });
  const canRequire = (module: LoadedModule): boolean =>
    resolvingSpecifier(module, folders) !== undefined;
  const graph = new ClosureGraph(callback, { moment, outputs, canRequire, inspect, check });
  return { graph, context };
}

/** Returns a function that gives the specifier of a module, cached. */
function specifiers(folders: readonly string[]): (entry: ModuleEntry) => string {
  const known = new Map<string, string>();
  return ({ module }) => {
    const specifier = known.get(module.id) ?? moduleSpecifier(module, folders);
    known.set(module.id, specifier);
    return specifier;
  };
}

function captureError(
  callback: AnyFunction,
  value: unknown,
  { what, because, advice }: Refusal,
  context: CaptureContext,
): CaptureError {
  const path = capturePath(callback, value, context.modules);
  const clause = because ? `, ${because}` : "";
  return new CaptureError(`captures ${what}${path ? ` as '${path}'` : ""}${clause}: ${advice}`);
}

/** Refuses secret Outputs: they would be plain text in the zip, readable by anyone who may read the code. */
async function refuseSecrets(
  callback: AnyFunction,
  captured: Iterable<pulumi.Output<unknown>>,
  context: CaptureContext,
): Promise<void> {
  for (const output of captured) {
    if (!(await pulumi.isSecret(output))) continue;
    const secret = {
      what: "a secret",
      because: "which would be in the zip as plain text",
      advice: "read it at run time from SSM SecureString, Secrets Manager or KMS",
    };
    throw captureError(callback, output, secret, context);
  }
}
