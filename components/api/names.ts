import type * as pulumi from "@pulumi/pulumi";
import { childName } from "../names";

/** A child's logical name, and the name that it had before names were unique for each path. */
export interface Named {
  readonly name: string;
  readonly former?: string;
}

/** A method of a path: the parts that names are made from. */
interface NamedRoute {
  readonly method: string;
  readonly path: string;
}

/**
 * Logical names of the resources that an API has for each of its paths. They differ for any two paths, but do not
 * depend on the names of parameters: Pulumi creates before it deletes, and API Gateway refuses a second parameter at
 * the same place of a path, so renaming a parameter must be an update.
 */
export class ApiNames {
  /** The plain names of all resources and methods; they may contain duplicates. */
  private readonly resources: readonly string[];
  private readonly methods: readonly string[];

  /** @param name of the component. */
  constructor(
    private readonly name: string,
    routes: readonly NamedRoute[],
  ) {
    const paths = [...new Set(routes.map(({ path }) => path))];
    this.resources = [...new Set(paths.flatMap(prefixesOf))].map(plainName);
    this.methods = [
      ...routes.map(({ method, path }) => methodName(method, plainName(path))),
      ...paths.map((path) => preflightName(plainName(path))),
    ];
  }

  resource(path: string): Named {
    return this.named(uniqueName(path), plainName(path), this.resources);
  }

  method({ method, path }: NamedRoute): Named {
    const [unique, plain] = [uniqueName(path), plainName(path)];
    return this.named(methodName(method, unique), methodName(method, plain), this.methods);
  }

  preflight(path: string): Named {
    const [unique, plain] = [uniqueName(path), plainName(path)];
    return this.named(preflightName(unique), preflightName(plain), this.methods);
  }

  /** Adds the former name. Where two children share a plain name, neither was ever deployed under it. */
  private named(unique: string, plain: string, all: readonly string[]): Named {
    const name = childName(this.name, unique);
    const had = unique !== plain && all.filter((one) => one === plain).length === 1;
    return had ? { name, former: childName(this.name, plain) } : { name };
  }
}

/** Adds an alias, so that the resource keeps its state when its name changes. */
export function withFormerName(
  { former }: Named,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  return former === undefined ? opts : { ...opts, aliases: [{ name: former }] };
}

/** Returns the name of a part of a named resource. */
export function partOf({ name, former }: Named, suffix: string): Named {
  return {
    name: childName(name, suffix),
    ...(former === undefined ? {} : { former: childName(former, suffix) }),
  };
}

/** `GET`, `notes` -> `get-notes` */
function methodName(method: string, pathName: string): string {
  return `${method.toLowerCase()}-${pathName}`;
}

function preflightName(pathName: string): string {
  return `${pathName}-options`;
}

/** `/notes/{id}` -> `notes-by-id`; `/notes/by-id` has the same plain name. */
export function plainName(path: string): string {
  return joined(path, (part) => part.replace(/^\{(.*)\}$/, "by-$1"));
}

/** Literal segments that have a special meaning in a name. */
const RESERVED = ["root", "options"];

/** `/notes/{id}/last-seen` -> `notes-{}-last{-}seen`; literal segments of a path never contain a brace. */
function uniqueName(path: string): string {
  return joined(path, (part) => {
    if (part.startsWith("{")) return "{}";
    return RESERVED.includes(part) ? `{${part}}` : part.replaceAll("-", "{-}");
  });
}

function joined(path: string, segmentName: (part: string) => string): string {
  return path === "/" ? "root" : path.slice(1).split("/").map(segmentName).join("-");
}

/** `/notes/{id}` -> `/notes`, `/notes/{id}`; empty for the root. */
export function prefixesOf(path: string): string[] {
  const parts = path.split("/").filter(Boolean);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
}
