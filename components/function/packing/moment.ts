import type { AnyFunction } from "./closureScope";
import { capturedVariables } from "./closureScope";
import { FileVariables } from "./fileVariables";
import { builtinFunctions, type LoadedModule, loadedModules } from "./loadedModules";

/**
 * The program as it is at one moment: what one callback is found to capture is so for every other. Looking is most of
 * the work of packing, and callbacks of one program share most of their functions.
 */
export class Moment {
  readonly modules: Map<unknown, LoadedModule> = loadedModules();
  readonly builtinFunctions = builtinFunctions();
  private readonly files = new FileVariables();
  private readonly variables = new Map<AnyFunction, ReadonlyMap<string, unknown>>();

  /** As `capturedVariables`; the names are those of the function's text, so always the same. */
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
 * Looks at the program when it has run as far as it does without waiting: what a file declares below a callback has its
 * value by then. All that wait for this look at the same moment, with nothing of the program between them.
 */
export function atNextMoment<Seen>(look: (moment: Moment) => Seen): Promise<Seen> {
  return new Promise((resolve, reject) => {
    waiting.push((moment) => {
      try {
        resolve(look(moment));
      } catch (error) {
        reject(error);
      }
    });
    underWay++;
    // After all that were asked for before this turn of the queue.
    queueMicrotask(() => {
      if (--underWay > 0) return;
      const moment = new Moment();
      for (const seen of waiting.splice(0)) seen(moment);
    });
  });
}
