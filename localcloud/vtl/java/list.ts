import { writeArray } from "../json/writeJson";
import { TemplateError } from "../templateError";
import { checkIndex, JavaCollection } from "./collections";
import { objectMethods } from "./objectMethods";
import { JavaObject, type JavaValue, type Methods, methodTable, overload } from "./value";

/** java.util.ArrayList: list literals, ranges, sub-lists. */
export class JavaList extends JavaCollection {
  get methods(): Methods {
    return listMethods;
  }
}

/** An array of a JSON document or a JSONPath result. Unlike other lists it is rendered as JSON text. */
export class JsonArray extends JavaList {
  override toText(): string {
    return writeArray(this, { slashes: true });
  }
}

/** A String[], as `split` returns it. Velocity wraps it as a list, but renders it as an object. */
export class JavaArray extends JavaList {
  override toText(): string {
    return "[Ljava.lang.String;@0";
  }
}

/** The result of keySet(), entrySet() and values(): a snapshot, without an index. */
export class JavaSet extends JavaCollection {
  get methods(): Methods {
    return setMethods;
  }
}

/** java.util.Iterator over a snapshot of the items. */
export class JavaIterator extends JavaObject {
  private index = 0;

  constructor(private readonly items: readonly JavaValue[]) {
    super();
  }

  get methods(): Methods {
    return iteratorMethods;
  }

  get hasNext(): boolean {
    return this.index < this.items.length;
  }

  next(): JavaValue {
    if (!this.hasNext) throw new TemplateError("NoSuchElementException");
    return this.items[this.index++] ?? null;
  }

  /** Returns the remaining items and moves the iterator to its end. */
  rest(): readonly JavaValue[] {
    const items = this.items.slice(this.index);
    this.index = this.items.length;
    return items;
  }

  toText(): string {
    return "java.util.Iterator@0";
  }
}

const iteratorMethods = methodTable(
  {
    hasNext: [overload([], (self: JavaIterator) => self.hasNext)],
    next: [overload([], (self: JavaIterator) => self.next())],
  },
  objectMethods,
  ["remove"],
);

const readMethods = methodTable(
  {
    size: [overload([], (self: JavaCollection) => self.items.length)],
    isEmpty: [overload([], (self: JavaCollection) => self.items.length === 0)],
    contains: [
      overload(["Object"], (self: JavaCollection, value: JavaValue) => self.contains(value)),
    ],
    containsAll: [
      overload(["Collection"], (self: JavaCollection, other: JavaCollection) =>
        other.items.every((item) => self.contains(item)),
      ),
    ],
    iterator: [overload([], (self: JavaCollection) => new JavaIterator([...self.items]))],
    toArray: [overload([], (self: JavaCollection) => new JavaArray([...self.items]))],
  },
  objectMethods,
  ["stream", "parallelStream", "spliterator"],
);

const setMethods = methodTable({}, readMethods, [
  "add",
  "addAll",
  "remove",
  "removeAll",
  "retainAll",
  "clear",
]);

const listMethods = methodTable(
  {
    get: [overload(["int"], (self: JavaList, index: number) => at(self, index))],
    indexOf: [overload(["Object"], (self: JavaList, value: JavaValue) => self.indexOf(value))],
    lastIndexOf: [
      overload(["Object"], (self: JavaList, value: JavaValue) => {
        const fromEnd = new JavaList([...self.items].reverse()).indexOf(value);
        return fromEnd === -1 ? -1 : self.items.length - 1 - fromEnd;
      }),
    ],
    subList: [
      overload(["int", "int"], (self: JavaList, from: number, to: number) => {
        if (from < 0 || to > self.items.length || from > to) {
          throw new TemplateError(`IndexOutOfBoundsException: subList(${from}, ${to})`);
        }
        return new JavaList(self.items.slice(from, to));
      }),
    ],
    add: [
      overload(["int", "Object"], (self: JavaList, index: number, value: JavaValue) => {
        checkIndex(index, self.items.length + 1);
        self.items.splice(index, 0, value);
        return undefined;
      }),
      overload(["Object"], (self: JavaList, value: JavaValue) => {
        self.items.push(value);
        return true;
      }),
    ],
    addAll: [
      overload(["Collection"], (self: JavaList, other: JavaCollection) => {
        for (const item of [...other.items]) self.items.push(item);
        return other.items.length > 0;
      }),
      overload(["int", "Collection"], (self: JavaList, index: number, other: JavaCollection) => {
        checkIndex(index, self.items.length + 1);
        self.items.splice(index, 0, ...other.items);
        return other.items.length > 0;
      }),
    ],
    set: [
      overload(["int", "Object"], (self: JavaList, index: number, value: JavaValue) => {
        const before = at(self, index);
        self.items[index] = value;
        return before;
      }),
    ],
    remove: [
      overload(["int"], (self: JavaList, index: number) => {
        checkIndex(index, self.items.length);
        return self.items.splice(index, 1)[0] ?? null;
      }),
      overload(["Object"], (self: JavaList, value: JavaValue) => {
        const index = self.indexOf(value);
        if (index !== -1) self.items.splice(index, 1);
        return index !== -1;
      }),
    ],
    removeAll: [
      overload(["Collection"], (self: JavaList, other: JavaCollection) =>
        keep(self, (item) => !other.contains(item)),
      ),
    ],
    retainAll: [
      overload(["Collection"], (self: JavaList, other: JavaCollection) =>
        keep(self, (item) => other.contains(item)),
      ),
    ],
    clear: [
      overload([], (self: JavaList) => {
        self.items.length = 0;
        return undefined;
      }),
    ],
  },
  readMethods,
  ["listIterator", "sort", "ensureCapacity", "trimToSize"],
);

function at(list: JavaList, index: number): JavaValue {
  checkIndex(index, list.items.length);
  return list.items[index] ?? null;
}

/** Keeps the items for which the test is true. Returns true if any were removed. */
function keep(list: JavaList, test: (item: JavaValue) => boolean): boolean {
  const kept = list.items.filter(test);
  const changed = kept.length !== list.items.length;
  list.items.splice(0, list.items.length, ...kept);
  return changed;
}
