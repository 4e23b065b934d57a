/** An anchor, or a kind of character and how often it may be repeated. */
export type Step =
  | "start"
  | "end"
  | {
      readonly accepts: (code: number) => boolean;
      readonly min: number;
      readonly max: number;
    };

/** The places between the characters of a text, from 0 to its length: 1 if the steps so far can end there. */
type Places = Uint8Array;

/**
 * Checks whether the steps match somewhere in a text. Each step takes time in proportion to the text's length, whatever
 * its counts are, because it finds the places that it can reach from all places before it at once.
 */
export function matchesSteps(steps: readonly Step[], text: string): boolean {
  let places: Places = new Uint8Array(text.length + 1).fill(1);
  for (const step of steps) {
    if (step === "start") places = places.map((reached, at) => (at === 0 ? reached : 0));
    else if (step === "end")
      places = places.map((reached, at) => (at === text.length ? reached : 0));
    else places = reachFrom(places, step, text);
    if (!places.includes(1)) return false;
  }
  return true;
}

/** Returns where a repeated character can end that begins at one of these places. */
function reachFrom(
  places: Places,
  { accepts, min, max }: Exclude<Step, string>,
  text: string,
): Places {
  const reached = new Uint8Array(places.length);
  /** The number of places before each place, so that a range of them is counted by one subtraction. */
  const before = new Uint32Array(places.length + 1);
  let runStart = 0;
  for (let at = 0; at < places.length; at++) {
    before[at + 1] = before[at] + places[at];
    if (at > 0 && !accepts(text.charCodeAt(at - 1))) runStart = at;
    const first = Math.max(runStart, at - max);
    const last = at - min;
    if (first <= last && before[last + 1] > before[first]) reached[at] = 1;
  }
  return reached;
}
