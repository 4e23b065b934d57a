import { TemplateError } from "../templateError";
import { javaEquals } from "./equality";
import { joinTexts, toText } from "./text";
import { JavaObject, type JavaValue } from "./value";

/** An ordered collection: a List, a Set or the values of a map. */
export abstract class JavaCollection extends JavaObject {
  constructor(readonly items: JavaValue[] = []) {
    super();
  }

  override property(name: string): JavaValue | undefined {
    return name === "empty" ? this.items.length === 0 : undefined;
  }

  contains(value: JavaValue): boolean {
    return this.indexOf(value) !== -1;
  }

  indexOf(value: JavaValue): number {
    return this.items.findIndex((item) => javaEquals(item, value));
  }

  toText(): string {
    const texts = this.items.map((item) => (item === this ? "(this Collection)" : toText(item)));
    return joinTexts("[", texts, ", ", "]");
  }

  override equals(other: JavaValue): boolean {
    return (
      this === other ||
      (other instanceof JavaCollection &&
        this.items.length === other.items.length &&
        this.items.every((item, index) => javaEquals(item, other.items[index] ?? null)))
    );
  }
}

/** Throws Java's error for an index outside the list. */
export function checkIndex(index: number, size: number): void {
  if (index < 0 || index >= size) {
    throw new TemplateError(
      `IndexOutOfBoundsException: Index ${index} out of bounds for length ${size}`,
    );
  }
}

/** java.util.LinkedHashMap, the type of Velocity's map literals and of JSON objects. */
export abstract class JavaMapping extends JavaObject {
  private made: Map<JavaValue, JavaValue> | undefined;

  /** Keys of JavaScript's Map behave like Java's for strings, Integers, Longs and booleans. */
  get entries(): Map<JavaValue, JavaValue> {
    return (this.made ??= this.initial());
  }

  /** Whether the contents have been accessed. */
  protected get hasEntries(): boolean {
    return this.made !== undefined;
  }

  /** Returns the first contents. Called at the first access: templates read few of the maps of `$context`. */
  protected initial(): Map<JavaValue, JavaValue> {
    return new Map();
  }

  get(key: JavaValue): JavaValue {
    return this.entries.get(this.storedKey(key)) ?? null;
  }

  has(key: JavaValue): boolean {
    return this.entries.has(this.storedKey(key));
  }

  /** Sets an entry. Returns its previous value, or null. */
  put(key: JavaValue, value: JavaValue): JavaValue {
    const stored = this.storedKey(key);
    const before = this.entries.get(stored) ?? null;
    this.entries.set(stored, value);
    return before;
  }

  remove(key: JavaValue): JavaValue {
    const stored = this.storedKey(key);
    const before = this.entries.get(stored) ?? null;
    this.entries.delete(stored);
    return before;
  }

  toText(): string {
    const texts: string[] = [];
    for (const [key, value] of this.entries) {
      texts.push(`${toText(key)}=${value === this ? "(this Map)" : toText(value)}`);
    }
    return joinTexts("{", texts, ", ", "}");
  }

  override equals(other: JavaValue): boolean {
    if (!(other instanceof JavaMapping) || other.entries.size !== this.entries.size) return false;
    for (const [key, value] of this.entries) {
      if (!other.has(key) || !javaEquals(value, other.get(key))) return false;
    }
    return true;
  }

  /** Returns the stored key that equals this one; in Java, objects are equal by content. */
  private storedKey(key: JavaValue): JavaValue {
    if (typeof key !== "object" || key === null || this.entries.has(key)) return key;
    for (const stored of this.entries.keys()) if (javaEquals(stored, key)) return stored;
    return key;
  }
}
