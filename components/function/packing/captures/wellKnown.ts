import { types } from "node:util";
import { symbolText } from "../text/symbols";
import { isLambdaGlobal } from "./lambdaGlobals";

/** Returns how code refers to a value of JavaScript or Node.js, such as `JSON.parse`; undefined for other values. */
export function wellKnown(value: unknown): string | undefined {
  if (typeof value === "symbol") return symbolText(value);
  if (!isReference(value)) return undefined;
  return NAMES.get(value) ?? byOwnName(value);
}

/** Prototypes that no global refers to. */
const PROTOTYPES: readonly (readonly [text: string, value: unknown])[] = [
  ["Object.getPrototypeOf(function* () {})", Object.getPrototypeOf(function* () {})],
  [
    "Object.getPrototypeOf((function* () {}).prototype)",
    Object.getPrototypeOf(function* () {}.prototype),
  ],
  ["Object.getPrototypeOf(async function* () {})", Object.getPrototypeOf(async function* () {})],
  [
    "Object.getPrototypeOf((async function* () {}).prototype)",
    Object.getPrototypeOf(async function* () {}.prototype),
  ],
  ["Object.getPrototypeOf(async () => {})", Object.getPrototypeOf(async () => {})],
];

/** Globals that Node.js loads lazily but always has. */
const LOADED = ["process", "Buffer", "performance"];

/** Collected before the program can replace any of them. */
const NAMES: ReadonlyMap<unknown, string> = collect();

function collect(): Map<unknown, string> {
  const found = new Map<unknown, string>([[globalThis, "globalThis"]]);
  const add = (value: unknown, text: string, depth: number): void => {
    if (!isReference(value) || found.has(value)) return;
    found.set(value, text);
    if (depth === 0) return;
    const properties = Object.entries(Object.getOwnPropertyDescriptors(value));
    for (const [key, { value: member }] of properties as [string, { value?: unknown }][]) {
      if (typeof member === "function") add(member, `${text}.${key}`, depth - 1);
      if (key === "prototype") add(member, `${text}.prototype`, 1);
    }
  };
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(globalThis))) {
    if (isLambdaGlobal(key) && "value" in property) add(property.value, key, 1);
  }
  for (const key of LOADED) add(Reflect.get(globalThis, key), key, 1);
  for (const [text, value] of PROTOTYPES) found.set(value, text);
  return found;
}

/** Looks up a lazily loaded global: a program that holds it has already loaded it. */
function byOwnName(value: object): string | undefined {
  if (typeof value !== "function" || types.isProxy(value)) return undefined;
  const name: unknown = Object.getOwnPropertyDescriptor(value, "name")?.value;
  if (typeof name !== "string" || !LAZY.has(name)) return undefined;
  return Reflect.get(globalThis, name) === value ? name : undefined;
}

const LAZY: ReadonlySet<string> = new Set(
  Object.entries(Object.getOwnPropertyDescriptors(globalThis))
    .filter(([name, { get }]) => get !== undefined && isLambdaGlobal(name))
    .map(([name]) => name),
);

function isReference(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
