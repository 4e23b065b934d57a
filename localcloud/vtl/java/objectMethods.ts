import { javaEquals } from "./equality";
import { hashCode } from "./hashCode";
import { toText } from "./text";
import { type JavaValue, type Methods, methodTable, overload } from "./value";

/** The methods of java.lang.Object that a template may call; `getClass`, `wait` and `notify` are not allowed. */
export const objectMethods: Methods = methodTable({
  equals: [overload(["Object"], (self: JavaValue, other: JavaValue) => javaEquals(self, other))],
  hashCode: [overload([], (self: JavaValue) => hashCode(self))],
  toString: [overload([], (self: JavaValue) => toText(self))],
});
