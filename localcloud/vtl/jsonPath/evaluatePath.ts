import { JavaCollection } from "../java/collections";
import { JsonArray } from "../java/list";
import { JavaMap } from "../java/map";
import { isNumber, JavaDouble, toDouble } from "../java/number";
import { type JavaValue } from "../java/value";
import { TemplateError } from "../templateError";
import { holds, IncomputableCondition } from "./conditions";
import { parsePath } from "./parsePath";
import { type Path, type PathFunction, type PathStep } from "./path";

const CACHE_SIZE = 500;
const cache = new Map<string, Path>();

/**
 * Evaluates a Jayway JSONPath. Returns one value for a definite path, a list for one with wildcards, scans, slices or
 * filters; undefined if a definite path finds nothing. Throws TemplateError for an invalid path.
 */
export function evaluatePath(source: string, document: JavaValue): JavaValue | undefined {
  return new Evaluation(document).evaluate(compile(source), document);
}

function compile(source: string): Path {
  const known = cache.get(source);
  if (known !== undefined) return known;
  const path = parsePath(source);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(source, path);
  return path;
}

/** Not a limit of Jayway: it ends paths such as `$..*..*..*`, which visit every value once per way to reach it. */
const WORK = 1_000_000;

class Evaluation {
  private done = 0;

  constructor(private readonly document: JavaValue) {}

  evaluate(path: Path, item: JavaValue): JavaValue | undefined {
    const counted = functionOverScan(path);
    if (counted !== undefined) {
      // The result of a scan is always a list.
      const list = this.evaluate({ root: path.root, steps: counted.steps }, item) ?? null;
      return applyFunction(counted.name, list);
    }
    let found: JavaValue[] = [path.root === "$" ? this.document : item];
    let definite = true;
    for (const [index, step] of path.steps.entries()) {
      if (step.type === "scan") {
        definite = false;
        found = found.flatMap((value) => this.scan(value, path.steps[index + 1]));
        continue;
      }
      const isLeaf = index === path.steps.length - 1;
      const next = found.map((value) => this.apply(step, value, definite, isLeaf));
      if (definite && next.includes(undefined)) return undefined;
      found = next.flatMap((values) => values ?? []);
      this.spend(found.length);
      definite &&= isDefinite(step, isLeaf);
    }
    return definite ? (found[0] ?? null) : new JsonArray(found);
  }

  /** Returns all containers below, and the value itself first, to which the next step applies. */
  private scan(value: JavaValue, next: PathStep | undefined): JavaValue[] {
    const found: JavaValue[] = [];
    const visit = (container: JavaValue) => {
      this.spend(1);
      if (container instanceof JavaMap || container instanceof JavaCollection) {
        if (this.isScanned(container, next)) found.push(container);
        for (const child of children(container)) visit(child);
      }
    };
    visit(value);
    return found;
  }

  private isScanned(container: JavaMap | JavaCollection, next: PathStep | undefined): boolean {
    if (next?.type === "properties") {
      return container instanceof JavaMap && next.names.every((name) => container.has(name));
    }
    if (next?.type === "filter") return this.accepts(next, container);
    return next?.type === "wildcard" || container instanceof JavaCollection;
  }

  /** Returns the results of one step for one value; undefined if it finds nothing where a value is required. */
  private apply(
    step: Exclude<PathStep, { type: "scan" }>,
    value: JavaValue,
    definite: boolean,
    isLeaf: boolean,
  ): JavaValue[] | undefined {
    switch (step.type) {
      case "properties":
        return properties(step.names, value, isLeaf);
      case "indexes":
        return indexes(step.indexes, value);
      case "slice":
        return value instanceof JavaCollection ? slice(value.items, step.from, step.to) : undefined;
      case "wildcard":
        return children(value);
      case "filter":
        if (value instanceof JavaCollection) {
          return value.items.filter((item) => this.accepts(step, item));
        }
        if (value instanceof JavaMap) return this.accepts(step, value) ? [value] : [];
        if (!definite) return [];
        throw new TemplateError("InvalidPathException: a filter can not be applied to primitives");
      case "function":
        return [applyFunction(step.name, value)];
    }
  }

  /** Checks a filter. Jayway excludes an item if any part of its condition cannot be evaluated. */
  private accepts(filter: Extract<PathStep, { type: "filter" }>, item: JavaValue): boolean {
    this.spend(1);
    try {
      return holds(filter.condition, (path) => this.evaluate(path, item));
    } catch (error) {
      if (error instanceof IncomputableCondition) return false;
      throw error;
    }
  }

  private spend(amount: number): void {
    this.done += amount;
    if (this.done > WORK)
      throw new TemplateError("The JSONPath runs too long: it does too much work");
  }
}

/**
 * Splits off a function at the end of a path that starts with a scan: it applies to all results of the scan, while
 * after any other path it applies to each value. The length is that of the items below the values.
 * https://github.com/json-path/JsonPath/blob/json-path-2.9.0/json-path/src/main/java/com/jayway/jsonpath/internal/path/CompiledPath.java
 */
function functionOverScan({ steps }: Path): { steps: PathStep[]; name: PathFunction } | undefined {
  const last = steps[steps.length - 1];
  if (steps[0]?.type !== "scan" || last.type !== "function") return undefined;
  const below: PathStep[] = last.name === "length" ? [{ type: "wildcard" }] : [];
  return { steps: [...steps.slice(0, -1), ...below], name: last.name };
}

function isDefinite(step: PathStep, isLeaf: boolean): boolean {
  if (step.type === "properties") return step.names.length === 1 || isLeaf;
  if (step.type === "indexes") return step.indexes.length === 1;
  return step.type === "function";
}

function properties(
  names: readonly string[],
  value: JavaValue,
  isLeaf: boolean,
): JavaValue[] | undefined {
  if (!(value instanceof JavaMap)) return undefined;
  const present = names.filter((name) => value.has(name));
  if (names.length === 1) return present.length === 0 ? undefined : [value.get(names[0] ?? "")];
  // Several names at the end of a path give one object.
  if (isLeaf) return [JavaMap.of(present.map((name) => [name, value.get(name)]))];
  return present.map((name) => value.get(name));
}

function indexes(wanted: readonly number[], value: JavaValue): JavaValue[] | undefined {
  if (!(value instanceof JavaCollection)) return undefined;
  const size = value.items.length;
  const real = wanted.map((index) => (index < 0 ? size + index : index));
  const inside = real.filter((index) => index >= 0 && index < size);
  if (wanted.length === 1 && inside.length === 0) return undefined;
  return inside.map((index) => value.items[index] ?? null);
}

/** Returns a slice. Jayway counts a negative start from the end only if no end is given. */
function slice(items: readonly JavaValue[], from?: number, to?: number): JavaValue[] {
  if (to === undefined) return items.slice(from ?? 0);
  if (from === undefined) return items.slice(0, to);
  const found: JavaValue[] = [];
  for (let i = Math.max(from, -items.length); i < Math.min(to, items.length); i++) {
    const item = items[i < 0 ? items.length + i : i];
    if (item !== undefined) found.push(item);
  }
  return found;
}

function children(value: JavaValue): JavaValue[] {
  if (value instanceof JavaCollection) return [...value.items];
  return value instanceof JavaMap ? [...value.entries.values()] : [];
}

function applyFunction(name: PathFunction, value: JavaValue): JavaValue {
  if (name === "length") {
    if (value instanceof JavaCollection) return value.items.length;
    return value instanceof JavaMap ? value.entries.size : null;
  }
  const numbers = value instanceof JavaCollection ? value.items.filter(isNumber).map(toDouble) : [];
  if (numbers.length === 0) {
    throw new TemplateError(
      "JsonPathException: Aggregation function attempted to calculate value using empty array",
    );
  }
  return new JavaDouble(aggregate(name, numbers));
}

function aggregate(name: Exclude<PathFunction, "length">, numbers: readonly number[]): number {
  const sum = numbers.reduce((total, number) => total + number, 0);
  switch (name) {
    case "min":
      return numbers.reduce((least, number) => Math.min(least, number));
    case "max":
      return numbers.reduce((most, number) => Math.max(most, number));
    case "sum":
      return sum;
    case "avg":
      return sum / numbers.length;
    case "stddev": {
      const squares = numbers.reduce((total, number) => total + number * number, 0);
      return Math.sqrt(squares / numbers.length - (sum / numbers.length) ** 2);
    }
  }
}
