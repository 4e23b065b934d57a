import { isObject } from "../../provider/values";

/**
 * Options in Pulumi.yaml under `runtime.options` for starting a Node.js program:
 * https://www.pulumi.com/docs/iac/concepts/projects/project-file/#runtime-options
 */
export interface RuntimeOptions {
  /** Arguments for Node.js itself, from `nodeargs`. */
  readonly nodeArguments: readonly string[];
  /** Whether ts-node compiles the program: yes, except with `typescript: false`. */
  readonly typescript: boolean;
  /** Path of the tsconfig.json, if `tsconfig` names one. */
  readonly tsconfig: string | undefined;
}

/** @throws Error with the wrong option and what is wrong with it. */
export function readRuntimeOptions(runtime: unknown): RuntimeOptions {
  const options = isObject(runtime) && isObject(runtime.options) ? runtime.options : {};
  const { nodeargs = "", typescript = true, tsconfig } = options;
  if (typeof nodeargs !== "string")
    throw new Error("`runtime.options.nodeargs` must be text, as `--max-old-space-size=4096`.");
  if (typeof typescript !== "boolean")
    throw new Error("`runtime.options.typescript` must be true or false.");
  if (tsconfig !== undefined && typeof tsconfig !== "string")
    throw new Error("`runtime.options.tsconfig` must be the path of a file.");
  return { nodeArguments: splitWords(nodeargs), typescript, tsconfig };
}

/**
 * Splits a command line into words like a shell: quotes keep words together, a backslash escapes the next character.
 */
function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < line.length; at += 1) {
    const letter = line[at];
    if (letter === "\\" && quote !== "'" && at + 1 < line.length) word = (word ?? "") + line[++at];
    else if (quote === "" && /['"]/.test(letter)) [quote, word] = [letter, word ?? ""];
    else if (letter === quote) quote = "";
    else if (quote === "" && /\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + letter;
  }
  if (quote !== "")
    throw new Error(`\`runtime.options.nodeargs\` has a ${quote} without its end: ${line}`);
  return word === undefined ? words : [...words, word];
}
