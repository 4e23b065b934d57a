import * as pulumi from "@pulumi/pulumi";
import { CaptureError } from "./captureError";
import type { AnyFunction } from "./closureScope";
import { capturePath } from "./capturePath";
import { builtinFunctions, loadedModules } from "./loadedModules";
import { portabilityCheck } from "./portabilityCheck";
import { type CaptureContext, machineFolders, type Refusal, refusal } from "./refusal";

export interface SerializeOptions {
  /** The function is a factory: it is called once, at cold start, and returns the handler. */
  isFactory: boolean;
  /** Errors are shown against this resource. */
  resource?: pulumi.Resource;
}

export interface SerializedCallback {
  /** The CommonJS module text; it exports `handler`. */
  text: string;
  /** Every Output whose value is written into the text: unknown ones are written as `undefined`. */
  captured: pulumi.Output<unknown>[];
}

/**
 * Turns an inline callback into text, and refuses by name whatever would break, leak or lie in Lambda.
 * The checks see the captured values themselves, through Pulumi's `serialize` hook: the text could not tell.
 */
export async function serializeCallback(
  callback: AnyFunction,
  options: SerializeOptions,
): Promise<SerializedCallback> {
  const modules = loadedModules();
  const context: CaptureContext = {
    modules,
    builtinFunctions: builtinFunctions(modules),
    folders: machineFolders(),
    owner: options.resource,
  };
  const captured = new Set<pulumi.Output<unknown>>();
  const checkFunction = portabilityCheck(callback, modules);
  checkFunction(callback);
  const inspect = (value: unknown): boolean => {
    const refused = refusal(value, context);
    if (refused) throw new RefusedCapture(value, refused);
    if (pulumi.Output.isInstance(value)) captured.add(value);
    else if (typeof value === "function") checkFunction(value as AnyFunction);
    return true;
  };
  const { text } = await pulumi.runtime
    .serializeFunction(callback, {
      isFactoryFunction: options.isFactory,
      serialize: inspect,
      // Pulumi would refuse a secret without saying which; it is looked for below, by name.
      allowSecrets: true,
    })
    .catch((error: unknown) => {
      if (error instanceof CaptureError) throw error;
      if (!(error instanceof RefusedCapture)) throw serializerError(error);
      throw captureError(callback, error.value, error.refused, context);
    });
  await refuseSecrets(callback, captured, context);
  return { text, captured: [...captured] };
}

/** Thrown out of Pulumi's serializer by the hook. */
class RefusedCapture extends Error {
  constructor(
    readonly value: unknown,
    readonly refused: Refusal,
  ) {
    super(refused.what);
  }
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

/** A secret Output would lie in the zip as plain text, readable by anyone who may read the code. */
async function refuseSecrets(
  callback: AnyFunction,
  captured: Iterable<pulumi.Output<unknown>>,
  context: CaptureContext,
): Promise<void> {
  for (const output of captured) {
    if (!(await pulumi.isSecret(output))) continue;
    const secret = {
      what: "a secret",
      because: "which would lie in the zip as plain text",
      advice: "read it at run time from SSM SecureString, Secrets Manager or KMS",
    };
    throw captureError(callback, output, secret, context);
  }
}

/**
 * Pulumi's serializer answers with a tree of lines around one reason; a reader needs the reason and the
 * names on the way.
 */
function serializerError(error: unknown): CaptureError {
  const message = error instanceof Error ? error.message : String(error);
  const tree = /^Error serializing [^\n]*\n\n([\s\S]*?)\n\n/.exec(message)?.[1].split("\n");
  if (!tree) return new CaptureError(`cannot be serialized: ${message}`);
  const names = tree.flatMap(
    (line) => /(?:variable|module|^\s*) ?'([^'=]+)'/.exec(line)?.[1] ?? [],
  );
  const path = names.length > 0 ? ` (by way of '${names.join(" > ")}')` : "";
  const reason = tree[tree.length - 1].trim().replace(/\.$/, "");
  return new CaptureError(
    `cannot be serialized${path}: ${reason}; create it inside the callback or a callbackFactory`,
  );
}
