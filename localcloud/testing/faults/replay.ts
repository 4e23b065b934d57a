import { relative } from "node:path";

/** The case that `FAULT_CASE` selects. */
export interface ChosenCase {
  /** False if it names another matrix, so that this one has nothing to do. */
  readonly isOurs: boolean;
  readonly seed: number;
  readonly id: string;
}

/** Returns the case that the environment selects; undefined if all cases are to run. */
export function chosenCase(name: string): ChosenCase | undefined {
  const text = process.env.FAULT_CASE;
  if (!text) return undefined;
  const [, matrix, seed, id] = /^(.+):(\d+):(\d+:\w+)$/.exec(text) ?? [];
  if (matrix === undefined)
    throw new Error(
      `FAULT_CASE: given '${text}'; give <name>:<seed>:<call>:<fault>, as a failure prints it.`,
    );
  return { isOurs: matrix === name, seed: Number(seed), id };
}

/** Returns the command that runs one case again, in the way this process was started. */
export function replayCommand(name: string, seed: number, id: string): string {
  const [, program = "", ...args] = process.argv;
  const words = [...process.execArgv, relative(process.cwd(), program), ...args];
  return [`FAULT_CASE=${quoted(`${name}:${seed}:${id}`)}`, "node", ...words.map(quoted)].join(" ");
}

/** Returns the items in a different order for every seed, reproducibly. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const next = randomNumbers(seed);
  const rest = [...items];
  return items.map(() => rest.splice(Math.floor(next() * rest.length), 1)[0]);
}

/**
 * Random numbers, 0 <= n < 1, by Marsaglia's xorshift (https://www.jstatsoft.org/article/view/v008i14): reproducible is
 * enough.
 */
function randomNumbers(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

function quoted(word: string): string {
  return /^[\w./:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
