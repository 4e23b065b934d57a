import * as pulumi from "@pulumi/pulumi";
import * as path from "node:path";
import * as ts from "typescript";
import { CaptureError } from "../../../components/function/packing/captureError";
import type { AnyFunction } from "../../../components/function/packing/captures/closureScope";
import { serializeCallback } from "../../../components/function/packing/serialize";
import { IS_OUTPUT, showAnswer } from "./showAnswer";

export type Callback = (n: number) => Promise<unknown>;

export type Verdict =
  | { is: "same" | "unloadable" }
  | { is: "refused"; says: string }
  | { is: "different"; here: string; there: string; text: string };

/**
 * Bundles the callback of a program and compares two answers of the bundle with those of the callback here: in one
 * process, like a warm function.
 */
export async function judge(texts: readonly string[]): Promise<Verdict> {
  const program = load(texts, pulumi.output);
  if (!program) return { is: "unloadable" };
  let text: string;
  try {
    const options = { isFactory: false, folders: [process.cwd()] };
    ({ text } = await serializeCallback(program as unknown as AnyFunction, options));
  } catch (error) {
    if (error instanceof CaptureError) return { is: "refused", says: error.message };
    throw error;
  }
  // An Output has no get() here: a callback that captured one runs in a second load, with plain values behind it.
  const comparable = text.includes("__Output") ? load(texts, outputHere) : program;
  if (!comparable) return { is: "unloadable" };
  const here = await answerOf(comparable);
  const there = await answerOf(evaluate(text));
  if (here === there) return { is: "same" };
  // Mistakes that only show in Lambda throw there, with a message.
  if (/An Output (was made into|has no)/.test(there)) {
    return { is: "refused", says: "An Output, at run time" };
  }
  return { is: "different", here, there, text };
}

/**
 * Returns a replacement of an Output whose value can be read here. A property that an Output lacks is an Output of the
 * value's property: https://www.pulumi.com/docs/iac/concepts/inputs-outputs/apply/#accessing-nested-properties-of-an-output-by-lifting
 */
function outputHere(value: unknown): object {
  const output = { get: () => value, [IS_OUTPUT]: true };
  return new Proxy(output, {
    get: (self, name): unknown =>
      typeof name === "symbol" || name in self
        ? Reflect.get(self, name)
        : outputHere((value as Record<string, unknown> | null | undefined)?.[name]),
  });
}

function evaluate(text: string): Callback {
  const exported: { handler?: Callback } = {};

  new Function("exports", "require", text)(exported, require);
  if (!exported.handler) throw new Error("exports no handler");
  return exported.handler;
}

async function answerOf(callback: Callback): Promise<string> {
  const answers: unknown[] = [];
  for (const n of [3, 2]) {
    try {
      answers.push(await callback(n));
    } catch (error) {
      answers.push(`throws ${String(error)}`);
    }
  }
  return showAnswer(answers);
}

/** Loads the files as modules of this process; returns undefined when one of them throws while it loads. */
function load(texts: readonly string[], output: (value: unknown) => unknown): Callback | undefined {
  const modules = texts.map((): { exports: { __callback?: Callback } } => ({ exports: {} }));
  const requireHere = (specifier: string): unknown => {
    if (specifier === "helpers") return { output, importStar };
    const index = /^\.\/m(\d)\.js$/.exec(specifier)?.[1];
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the packages that programs use
    return index === undefined ? (require(specifier) as unknown) : modules[Number(index)].exports;
  };
  modules.forEach((module, i) => {
    require.cache[path.join(process.cwd(), "random", `m${i}.js`)] = module as NodeModule;
  });
  try {
    texts.forEach((text, i) => {
      const run = new Function("exports", "require", text) as (...given: unknown[]) => void;
      run(modules[i].exports, requireHere);
    });
  } catch {
    return undefined;
  }
  const last = modules[modules.length - 1].exports;
  const callback = last.__callback;
  delete last.__callback;
  return callback;
}

/** TypeScript's own helper. */
const importStar = (() => {
  const { outputText } = ts.transpileModule('import * as a from "a"; a;', {
    compilerOptions: { module: ts.ModuleKind.CommonJS, esModuleInterop: true },
  });
  const text = outputText.slice(0, outputText.indexOf("Object.defineProperty(exports"));
  return new Function(`${text}\nreturn __importStar;`)() as (module: object) => object;
})();
