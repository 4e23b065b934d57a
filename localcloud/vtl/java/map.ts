import { JavaMapping } from "./collections";
import { javaEquals } from "./equality";
import { JavaSet } from "./list";
import { objectMethods } from "./objectMethods";
import { toText } from "./text";
import { JavaObject, type JavaValue, type Methods, methodTable, overload } from "./value";

/** A map that a template can read and write: JSON objects, map literals, `$context`, parameters. */
export class JavaMap extends JavaMapping {
  /** Creates a map from pairs, in their order. */
  static of(pairs: Iterable<readonly [JavaValue, JavaValue]>): JavaMap {
    const map = new JavaMap();
    for (const [key, value] of pairs) map.put(key, value);
    return map;
  }

  get methods(): Methods {
    return mapMethods;
  }

  override property(name: string): JavaValue {
    return this.get(name);
  }
}

/** java.util.Map.Entry. */
export class JavaEntry extends JavaObject {
  constructor(
    private readonly map: JavaMap,
    readonly key: JavaValue,
  ) {
    super();
  }

  get value(): JavaValue {
    return this.map.get(this.key);
  }

  get methods(): Methods {
    return entryMethods;
  }

  override property(name: string): JavaValue | undefined {
    if (name === "key") return this.key;
    return name === "value" ? this.value : undefined;
  }

  toText(): string {
    return `${toText(this.key)}=${toText(this.value)}`;
  }

  override equals(other: JavaValue): boolean {
    return (
      other instanceof JavaEntry &&
      javaEquals(this.key, other.key) &&
      javaEquals(this.value, other.value)
    );
  }

  setValue(value: JavaValue): JavaValue {
    return this.map.put(this.key, value);
  }
}

const entryMethods = methodTable(
  {
    getKey: [overload([], (self: JavaEntry) => self.key)],
    getValue: [overload([], (self: JavaEntry) => self.value)],
    setValue: [overload(["Object"], (self: JavaEntry, value: JavaValue) => self.setValue(value))],
  },
  objectMethods,
);

const mapMethods = methodTable(
  {
    size: [overload([], (self: JavaMap) => self.entries.size)],
    isEmpty: [overload([], (self: JavaMap) => self.entries.size === 0)],
    get: [overload(["Object"], (self: JavaMap, key: JavaValue) => self.get(key))],
    getOrDefault: [
      overload(["Object", "Object"], (self: JavaMap, key: JavaValue, otherwise: JavaValue) =>
        self.has(key) ? self.get(key) : otherwise,
      ),
    ],
    put: [
      overload(["Object", "Object"], (self: JavaMap, key: JavaValue, value: JavaValue) =>
        self.put(key, value),
      ),
    ],
    putIfAbsent: [
      overload(["Object", "Object"], (self: JavaMap, key: JavaValue, value: JavaValue) =>
        self.get(key) === null ? self.put(key, value) : self.get(key),
      ),
    ],
    putAll: [
      overload(["Map"], (self: JavaMap, other: JavaMap) => {
        for (const [key, value] of [...other.entries]) self.put(key, value);
        return undefined;
      }),
    ],
    replace: [
      overload(["Object", "Object"], (self: JavaMap, key: JavaValue, value: JavaValue) =>
        self.has(key) ? self.put(key, value) : null,
      ),
    ],
    remove: [overload(["Object"], (self: JavaMap, key: JavaValue) => self.remove(key))],
    clear: [
      overload([], (self: JavaMap) => {
        self.entries.clear();
        return undefined;
      }),
    ],
    containsKey: [overload(["Object"], (self: JavaMap, key: JavaValue) => self.has(key))],
    containsValue: [
      overload(["Object"], (self: JavaMap, value: JavaValue) => values(self).contains(value)),
    ],
    keySet: [overload([], (self: JavaMap) => new JavaSet([...self.entries.keys()]))],
    values: [overload([], (self: JavaMap) => values(self))],
    entrySet: [
      overload(
        [],
        (self: JavaMap) =>
          new JavaSet([...self.entries.keys()].map((key) => new JavaEntry(self, key))),
      ),
    ],
  },
  objectMethods,
);

function values(map: JavaMap): JavaSet {
  return new JavaSet([...map.entries.values()]);
}
