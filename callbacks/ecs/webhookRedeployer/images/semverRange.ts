export const deploymentOnlyModule = true;

/** The parts of a version by https://semver.org/spec/v2.0.0.html, without build metadata, which has no precedence. */
export interface Version {
  readonly numbers: readonly [number, number, number];
  /** Identifiers after the dash; empty for a release. */
  readonly prerelease: readonly string[];
}

interface Comparator {
  readonly operator: "<" | "<=" | ">" | ">=" | "=";
  readonly version: Version;
}

const NUMBER = "(?:0|[1-9]\\d{0,14})";
const IDENTIFIER = "(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)";
const SUFFIX = `(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?`;

/** Parses a complete version, with an optional `v` as in tags; undefined for anything else. */
export function parseVersion(text: string): Version | undefined {
  const match = new RegExp(`^v?(${NUMBER})\\.(${NUMBER})\\.(${NUMBER})${SUFFIX}$`).exec(text);
  if (!match) return undefined;
  const [, major, minor, patch, prerelease] = match;
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    prerelease: prerelease === undefined ? [] : prerelease.split("."),
  };
}

/**
 * Returns a negative number when `a` is lower, a positive one when `b` is lower, 0 when they have the same precedence.
 */
export function compareVersions(a: Version, b: Version): number {
  const differences = a.numbers.map((number, i) => number - (b.numbers[i] ?? 0));
  const first = differences.find((difference) => difference !== 0);
  if (first !== undefined) return first;
  if (a.prerelease.length === 0 || b.prerelease.length === 0) {
    return b.prerelease.length - a.prerelease.length;
  }
  for (const [i, identifier] of a.prerelease.entries()) {
    const other = b.prerelease[i];
    if (other === undefined) break;
    const order = compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return a.prerelease.length - b.prerelease.length;
}

/**
 * Checks whether a tag is a version within an npm range: `^1.2`, `~1.2.3`, `>=1.2 <2 || 3.x`. A prerelease is within a
 * range only when the range names a prerelease of the same three numbers.
 */
export function satisfies(tag: string, range: string): boolean {
  const version = parseVersion(tag);
  const alternatives = parseRange(range);
  if (!version || !alternatives) return false;
  return alternatives.some(
    (comparators) =>
      comparators.every((comparator) => holds(comparator, version)) &&
      (version.prerelease.length === 0 || comparators.some((c) => opensTo(c, version))),
  );
}

/**
 * Parses the alternatives of a range, each a list of comparators that must all match; undefined when it is not a range.
 */
export function parseRange(text: string): Comparator[][] | undefined {
  const alternatives = text.split("||").map((part) => parseAlternative(part.trim()));
  if (!alternatives.every((one) => one !== undefined)) return undefined;
  // In npm `*`, or `>=0.0.0`, makes the other alternatives irrelevant, including the prereleases that they name.
  return alternatives.some((one) => one.every(isAny)) ? [[]] : alternatives;
}

function parseAlternative(text: string): Comparator[] | undefined {
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(text);
  const terms = hyphen
    ? [`>=${hyphen[1]}`, `<=${hyphen[2]}`]
    : text
        .replace(/~>/g, "~")
        .replace(/([<>=~^])\s+/g, "$1")
        .split(/\s+/);
  const parsed = terms.map((term) => parseTerm(term.replace(BUILD, "")));
  return parsed.every((one) => one !== undefined) ? parsed.flat() : undefined;
}

/** Build metadata has no precedence, after any version. */
const BUILD = /\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*$/;

function isAny({ operator, version }: Comparator): boolean {
  return (
    operator === ">=" && compareVersions(version, { numbers: [0, 0, 0], prerelease: [] }) === 0
  );
}

const PART = `(${NUMBER}|[xX*])`;

/** Parses one term: an operator and a version whose later numbers may be left out or be `x`. */
function parseTerm(text: string): Comparator[] | undefined {
  const pattern = `^(<=|>=|<|>|=|~|\\^)?(?:=?v?${PART}(?:\\.${PART}(?:\\.${PART}${SUFFIX})?)?)?$`;
  const match = new RegExp(pattern).exec(text);
  if (!match) return undefined;
  const [, operator = "", ...parts] = match;
  const given = parts.slice(0, 3);
  const open = given.findIndex((part) => part === undefined || /^[xX*]$/.test(part));
  const known = (open < 0 ? given : given.slice(0, open)).map(Number);
  // `1.x.3` and `1.x-rc` have no meaning.
  if (open >= 0 && given.slice(open).some((part) => part !== undefined && /\d/.test(part)))
    return undefined;
  const prerelease = parts[3] === undefined ? [] : parts[3].split(".");
  if (open >= 0 && prerelease.length > 0) return undefined;
  if (text !== "" && text === operator) return undefined;
  return bounds(operator, known, prerelease);
}

function bounds(operator: string, known: number[], prerelease: string[]): Comparator[] {
  const low = at(known, prerelease);
  if (known.length === 0) {
    // `<*` and `>*` allow nothing; every other operator allows everything.
    return operator === "<" || operator === ">" ? [{ operator: "<", version: LOWEST }] : [];
  }
  switch (operator) {
    case "^": {
      const first = known.findIndex((number) => number !== 0);
      return between(low, above(known, first < 0 ? known.length - 1 : first));
    }
    case "~":
      return between(low, above(known, Math.min(known.length - 1, 1)));
    case ">":
      return known.length === 3
        ? [{ operator, version: low }]
        : [{ operator: ">=", version: at(nextOf(known, known.length - 1), []) }];
    case "<=":
      return known.length === 3
        ? [{ operator, version: low }]
        : [{ operator: "<", version: above(known, known.length - 1) }];
    case "<":
      return [{ operator, version: known.length === 3 ? low : at(known, ["0"]) }];
    case ">=":
      return [{ operator, version: low }];
    default:
      return known.length === 3
        ? [{ operator: "=", version: low }]
        : between(low, above(known, known.length - 1));
  }
}

const LOWEST: Version = { numbers: [0, 0, 0], prerelease: ["0"] };

function at(known: readonly number[], prerelease: readonly string[]): Version {
  const [major = 0, minor = 0, patch = 0] = known;
  return { numbers: [major, minor, patch], prerelease };
}

/** Increases the number at `index` by one and removes what follows it. */
function nextOf(known: readonly number[], index: number): number[] {
  return [...known.slice(0, index), (known[index] ?? 0) + 1];
}

/** Returns the lowest version above: `-0` excludes its prereleases too. */
function above(known: readonly number[], index: number): Version {
  return at(nextOf(known, index), ["0"]);
}

function between(low: Version, high: Version): Comparator[] {
  return [
    { operator: ">=", version: low },
    { operator: "<", version: high },
  ];
}

function holds({ operator, version }: Comparator, candidate: Version): boolean {
  const order = compareVersions(candidate, version);
  if (operator === "=") return order === 0;
  if (order === 0) return operator.endsWith("=");
  return operator.startsWith("<") ? order < 0 : order > 0;
}

function opensTo({ version }: Comparator, candidate: Version): boolean {
  if (version.prerelease.length === 0) return false;
  return version.numbers.every((number, i) => number === candidate.numbers[i]);
}

function compareIdentifiers(a: string, b: string): number {
  const [isNumberA, isNumberB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumberA && isNumberB) return Number(a) - Number(b);
  if (isNumberA !== isNumberB) return isNumberA ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
