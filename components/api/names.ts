import type * as pulumi from "@pulumi/pulumi";
import { childName } from "../names";

/** A child's logical name, and the one it had before names told all paths apart. */
export interface Named {
  readonly name: string;
  readonly former?: string;
}

/** A method of a path, as names need it. */
interface NamedRoute {
  readonly method: string;
  readonly path: string;
}

/**
 * Logical names of what an API has for each of its paths: never the same for two paths, and the same whatever a
 * parameter is called. Pulumi creates before it deletes, and API Gateway takes no second parameter in the same
 * place, so a renamed one must be an update.
 */
export class ApiNames {
  /** What everything would be called plainly, API resources and methods apart. */
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

  /** A former name that two could have had was never deployed. */
  private named(unique: string, plain: string, all: readonly string[]): Named {
    const name = childName(this.name, unique);
    const had = unique !== plain && all.filter((one) => one === plain).length === 1;
    return had ? { name, former: childName(this.name, plain) } : { name };
  }
}

/** The options of a resource that keeps what it was under its former name. */
export function withFormerName(
  { former }: Named,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  return former === undefined ? opts : { ...opts, aliases: [{ name: former }] };
}

/** The name of a part of what is named. */
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

/** `/notes/{id}` -> `notes-by-id`, which `/notes/by-id` is as well. */
export function plainName(path: string): string {
  return joined(path, (part) => part.replace(/^\{(.*)\}$/, "by-$1"));
}

/** Literal segments that mean something in a name. */
const RESERVED = ["root", "options"];

/** `/notes/{id}/last-seen` -> `notes-{}-last{-}seen`; no path has a brace in a literal segment. */
function uniqueName(path: string): string {
  return joined(path, (part) => {
    if (part.startsWith("{")) return "{}";
    return RESERVED.includes(part) ? `{${part}}` : part.replaceAll("-", "{-}");
  });
}

function joined(path: string, segmentName: (part: string) => string): string {
  return path === "/" ? "root" : path.slice(1).split("/").map(segmentName).join("-");
}

/** `/notes/{id}` -> `/notes`, `/notes/{id}`; none of the root. */
export function prefixesOf(path: string): string[] {
  const parts = path.split("/").filter(Boolean);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
}
