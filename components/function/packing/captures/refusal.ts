import * as pulumi from "@pulumi/pulumi";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { promisify, types } from "node:util";
import { symbolText } from "../text/symbols";
import type { AnyFunction } from "./closureScope";
import type { LoadedModule } from "./loadedModules";
import { displayName } from "./loadedModules";

/** Why a captured value cannot be deployed to Lambda, and what to do instead; parts of one sentence. */
export interface Refusal {
  what: string;
  /** An explaining clause, if `what` is not enough. */
  because?: string;
  advice: string;
}

/** What checking the captures of one callback needs besides the value. */
export interface CaptureContext {
  modules: Map<unknown, LoadedModule>;
  /** Functions that a Node.js module exports, by identity, as `fs.readFile`. */
  builtinFunctions: ReadonlyMap<unknown, string>;
  /** Folders of this machine that no captured string may contain. */
  folders: string[];
  /** The function that is created: its own outputs do not exist before its code does. */
  owner?: pulumi.Resource;
}

/** How to use a package whose values cannot be copied. */
export const LOAD_INSIDE = "load the module inside the callback with `await import()`";
const INSIDE = "create it inside the callback or a callbackFactory, or pass plain JSON";

/** Returns why this captured value would fail, leak or be wrong in Lambda; undefined if it is fine. */
export function refusal(value: unknown, context: CaptureContext): Refusal | undefined {
  if (typeof value === "string") return machinePath(value, context.folders);
  if (typeof value === "symbol") return symbolRefusal(value);
  const module = context.modules.get(value);
  if (module) return moduleRefusal(value, module);
  if (typeof value === "function") return functionRefusal(value as AnyFunction);
  return typeof value === "object" && value !== null ? objectRefusal(value, context) : undefined;
}

export function sourceOf(fn: AnyFunction): string {
  return Function.prototype.toString.call(fn);
}

export function isNative(fn: AnyFunction): boolean {
  return sourceOf(fn).endsWith("{ [native code] }");
}

export function isClass(fn: AnyFunction): boolean {
  return /^class\b/.test(sourceOf(fn));
}

function symbolRefusal(value: symbol): Refusal | undefined {
  if (symbolText(value) !== undefined) return undefined;
  return {
    what: `a Symbol (${value.toString()})`,
    advice: `use a string, or ${LOAD_INSIDE} if a package needs it`,
  };
}

function moduleRefusal(value: unknown, module: LoadedModule): Refusal | undefined {
  if (module.kind === "deployment") {
    return {
      what: `the deployment library ${displayName(module)}`,
      advice: "compute the value outside and capture the result, or pass it through `environment`",
    };
  }
  if (module.kind === "local" && typeof value === "function") {
    return {
      what: `module ${displayName(module)}`,
      because: "which exports one function (`export =`)",
      advice: "give the function a name and import it by that name",
    };
  }
  return undefined;
}

function functionRefusal(fn: AnyFunction): Refusal | undefined {
  if (isNative(fn)) {
    return fn.name.startsWith("bound ")
      ? {
          what: `a bound function (${fn.name.slice("bound ".length)})`,
          because: "which loses its `this`",
          advice: "write an arrow function that makes the call",
        }
      : {
          what: `native code (${fn.name || "anonymous"})`,
          advice: "import the module that has it by name, or require it inside the callback",
        };
  }
  if (Object.getOwnPropertyDescriptor(fn, promisify.custom)?.value === fn) {
    return {
      what: "a function that util.promisify made",
      advice: "call util.promisify inside the callback or a callbackFactory",
    };
  }
  // Pulumi marks its own classes, and so all that extend them.
  if (!isClass(fn) || Reflect.get(fn, "doNotCapture") !== true) return undefined;
  return {
    what: `class ${fn.name}`,
    because: "which exists only at deployment",
    advice: "compute the value outside and capture the result",
  };
}

function objectRefusal(value: object, context: CaptureContext): Refusal | undefined {
  if (isEnvironment(value)) {
    return {
      what: "process.env of the computer that deploys",
      advice: "pass values through `environment` and read process.env inside the callback",
    };
  }
  if (context.owner && isOwnOutput(value, context.owner)) {
    return {
      what: "an output of the function itself",
      because: "which does not exist before its code does",
      advice: "use context.invokedFunctionArn or process.env.AWS_LAMBDA_FUNCTION_NAME",
    };
  }
  if (pulumi.Output.isInstance(value) || pulumi.Resource.isInstance(value)) return undefined;
  if (types.isProxy(value)) return { what: "a Proxy", advice: INSIDE };
  if (types.isArgumentsObject(value) || isPlainRegExp(value)) return undefined;
  if (value instanceof pulumi.Config) {
    return {
      what: "a Config instance",
      because: "which reads the configuration of the deployment",
      advice:
        "read the value outside and capture that, or pass it through `environment`; " +
        "a secret is read at run time, from SSM SecureString or Secrets Manager",
    };
  }
  if (types.isPromise(value)) {
    return {
      what: "a Promise",
      advice: "await it before and capture the value, or create it inside the callback",
    };
  }
  if (Object.getOwnPropertyDescriptor(value, "doNotCapture")?.value === true) {
    return {
      what: "an object that is marked `doNotCapture`",
      advice: "compute the value outside and capture the result",
    };
  }
  if (types.isModuleNamespaceObject(value))
    return {
      what: "the namespace of an ES module",
      advice: `import what it uses by name, or ${LOAD_INSIDE}`,
    };
  if (isOfResources(value))
    return {
      what: "a whole resource",
      advice: "pass the Outputs that it needs, such as `queue.url`, instead of the resource",
    };
  const what = exoticObject(value) ?? instance(value, context) ?? prototypeOfClass(value);
  if (!what) return undefined;
  // TypeScript keeps the private members of a class in these where the target has none.
  const isPrivate = types.isWeakMap(value) || types.isWeakSet(value);
  const compiled = `if it holds #private members, set "target": "ES2022" in tsconfig.json; otherwise `;
  return { what, advice: isPrivate ? compiled + INSIDE : INSIDE };
}

/** Checks for the prototype of a resource, which is reached if more than named members of the resource are used. */
function isOfResources(value: object): boolean {
  const owner: unknown = Object.getOwnPropertyDescriptor(value, "constructor")?.value;
  if (typeof owner !== "function" || owner.prototype !== value) return false;
  return owner === pulumi.Resource || owner.prototype instanceof pulumi.Resource;
}

function exoticObject(value: object): string | undefined {
  if (Buffer.isBuffer(value)) return "a Buffer";
  if (types.isGeneratorObject(value)) return "a running generator";
  if ("middlewareStack" in value && "send" in value) {
    return `an AWS SDK client (${value.constructor.name})`;
  }
  return undefined;
}

function prototypeOfClass(value: object): string | undefined {
  const owner: unknown = Object.getOwnPropertyDescriptor(value, "constructor")?.value;
  if (typeof owner !== "function") return undefined;
  const fn = owner as AnyFunction;
  return isClass(fn) && fn.prototype === value ? `the prototype of class ${fn.name}` : undefined;
}

/**
 * Returns the description of a class instance, or of an object of a native or Node.js constructor or a subclass of
 * Array.
 */
function instance(value: object, context: CaptureContext): string | undefined {
  if (Array.isArray(value) && Object.getPrototypeOf(value) === Array.prototype) return undefined;
  for (let p = prototypeOf(value); p && p !== Object.prototype; p = prototypeOf(p)) {
    const constructor: unknown = Object.getOwnPropertyDescriptor(p, "constructor")?.value;
    if (typeof constructor !== "function") continue;
    const fn = constructor as AnyFunction;
    if (isNative(fn) || isClass(fn) || context.builtinFunctions.has(fn)) {
      return `${/^[AEIOU]/i.test(fn.name) ? "an" : "a"} ${fn.name} instance`;
    }
  }
  return undefined;
}

function prototypeOf(value: object): object | null {
  return Object.getPrototypeOf(value) as object | null;
}

/** Checks for process.env itself, or a spread copy of it. */
function isEnvironment(value: object): boolean {
  const path = Object.getOwnPropertyDescriptor(value, "PATH")?.value as unknown;
  return value === process.env || (path !== undefined && path === process.env.PATH);
}

function isOwnOutput(value: object, owner: pulumi.Resource): boolean {
  return value === owner || Object.values(owner).includes(value);
}

function isPlainRegExp(value: object): boolean {
  return types.isRegExp(value) && Object.getPrototypeOf(value) === RegExp.prototype;
}

/** Returns the folders of this machine that a captured path may start with. */
export function machineFolders(): string[] {
  return [...new Set([process.cwd(), homedir()])].filter((folder) => /[^\\/]/.test(folder));
}

/**
 * Refuses a path of the deploying machine: it does not exist in Lambda, and the bytes would differ on other machines.
 */
function machinePath(value: string, folders: string[]): Refusal | undefined {
  const found = folders.find((folder) => mentions(value, folder));
  if (!found) return undefined;
  return {
    what: `a path of the computer that deploys (${value.length > 80 ? found : value})`,
    advice: "read the file at deployment and capture its content, or fetch it at run time",
  };
}

/** Checks for the folder or a path below it; a one-part folder such as /app must also exist in exactly this form. */
function mentions(value: string, folder: string): boolean {
  const at = value.indexOf(folder);
  if (at < 0 || /[\w.-]/.test(value.charAt(at + folder.length))) return false;
  if (at > 0 && /[\w.-]/.test(value.charAt(at - 1))) return false;
  const [wholePath = ""] = value.slice(at).split(/["'\s]/);
  return folder.split(/[\\/]/).length > 2 || existsSync(wholePath);
}
