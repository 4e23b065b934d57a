import type { AnyFunction } from "./closureScope";
import { capturedVariables } from "./closureScope";
import { FileVariables } from "./fileVariables";
import { builtinFunctions, type LoadedModule, loadedModules } from "./loadedModules";

/**
 * A snapshot of the program: values that one callback captures are the same for every other. Inspecting functions is
 * most of the work of packing, and callbacks of one program share most of their functions.
 */
export class Moment {
  readonly modules: Map<unknown, LoadedModule> = loadedModules();
  readonly builtinFunctions = builtinFunctions();
  private readonly files = new FileVariables();
  private readonly variables = new Map<AnyFunction, ReadonlyMap<string, unknown>>();

  /** Like `capturedVariables`, cached; the names come from the function's text, so they are always the same. */
  variablesOf(fn: AnyFunction, names: readonly string[]): ReadonlyMap<string, unknown> {
    const known = this.variables.get(fn);
    if (known) return known;
    const found = this.files.of(fn, names) ?? capturedVariables(fn, names);
    this.variables.set(fn, found);
    return found;
  }
}

const waiting: ((moment: Moment) => void)[] = [];
let underWay = 0;

/**
 * Inspects the program after its synchronous code has run: by then, variables that a file declares below a callback
 * have values. All callers that wait for this share one snapshot; no code of the program runs in between.
 */
export function atNextMoment<Seen>(read: (moment: Moment) => Seen): Promise<Seen> {
  return new Promise((resolve, reject) => {
    waiting.push((moment) => {
      try {
        resolve(read(moment));
      } catch (error) {
        reject(error);
      }
    });
    underWay++;
    // After everything that was requested before this turn of the queue.
    queueMicrotask(() => {
      if (--underWay > 0) return;
      const moment = new Moment();
      for (const seen of waiting.splice(0)) seen(moment);
    });
  });
}
