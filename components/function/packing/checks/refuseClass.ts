import { CaptureError } from "../captureError";
import { type ClassShape, isOfText } from "../captures/classShape";
import { deploymentLibraryOf } from "../captures/exportOf";
import type { AnyFunction } from "../captures/closureScope";
import { displayName, type LoadedModule } from "../captures/loadedModules";

/** Refuses a class that its text and its properties do not describe completely. */
export function refuseClass(
  fn: AnyFunction,
  shape: ClassShape,
  modules: ReadonlyMap<unknown, LoadedModule>,
  path: () => string | undefined,
): void {
  const refuse = (because: string, advice: string): never => {
    const at = path();
    throw new CaptureError(
      `captures class ${fn.name}${at ? ` as '${at}'` : ""}, ${because}: ${advice}`,
    );
  };
  const library = deploymentLibraryOf(fn, modules);
  if (library)
    refuse(
      `which the deployment library ${displayName(library)} exports`,
      "compute the value outside and capture the result",
    );
  const inside = "declare the class inside the callback or a callbackFactory";
  if (shape.refusal !== undefined) refuse(shape.refusal, inside);
  const prototype = fn.prototype as object;
  const added = Reflect.ownKeys(prototype).find(
    (key) => key !== "constructor" && !isOfText(shape, prototype, key),
  );
  if (added !== undefined)
    refuse(
      `whose prototype got another '${String(added)}' after its declaration (by a decorator, for example)`,
      `declare it in the class, or ${inside}`,
    );
  if (Object.getPrototypeOf(prototype) !== declaredPrototype(fn, shape))
    refuse(
      "whose prototype got another prototype after its declaration",
      `let it extend that class, or ${inside}`,
    );
}

/** Returns what the prototype of a class inherits from by its text. */
function declaredPrototype(fn: AnyFunction, { heritage }: ClassShape): unknown {
  if (heritage) return (Object.getPrototypeOf(fn) as AnyFunction).prototype;
  return Object.getPrototypeOf(fn.prototype) === null ? null : Object.prototype;
}
