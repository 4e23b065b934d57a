import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { ResourceState } from "../state/state";
import { nameOf } from "../state/urn";
import { isObject } from "../../provider/values";
import { renderTemplate } from "../../vtl";
import { exampleText } from "./example";

/** The deployed resources from which an event is made. */
export interface Deployed {
  readonly resources: readonly ResourceState[];
  /** Folder of Pulumi.yaml; `events/<function>.json` in it is the event for a function. */
  readonly directory: string;
}

const FUNCTION = "aws:lambda/function:Function";

/** Resources that send a function events of their own kind, for which no example can be made up. */
const TRIGGERS = [
  "aws:lambda/eventSourceMapping:EventSourceMapping",
  "aws:lambda/invocation:Invocation",
  "aws:lambda/permission:Permission",
];

/** Returns the functions of a program, in the order of the program. */
export function functionsOf(resources: readonly ResourceState[]): ResourceState[] {
  return resources.filter(({ type }) => type === FUNCTION);
}

/**
 * Returns an event that a function accepts: the one in `events/<function>.json`, the output of its API's template for
 * an example request, or the input of its rule or schedule. For a function that nothing calls any object will do;
 * undefined if its events come from a queue, an alarm or another service.
 */
export function exampleEvent(of: ResourceState, deployed: Deployed): unknown {
  const own = savedEvent(of, deployed.directory);
  if (own !== undefined) return own;
  const about = deployed.resources.filter(({ inputs }) => mentions(inputs, of));
  const templates = about.flatMap(({ inputs }) => templateOf(inputs));
  for (const event of [...templates.map(eventOfTemplate), ...about.map(sentBy)])
    if (event !== undefined) return event;
  const calledByOthers = about.some(
    ({ type, inputs }) => TRIGGERS.includes(type) || "uri" in inputs,
  );
  return calledByOthers ? undefined : { hello: "world" };
}

/** Looks for the file under the function's name in the program, or that of the component that contains it. */
function savedEvent({ urn }: ResourceState, directory: string): unknown {
  const file = path.join(directory, "events", `${nameOf(urn)}.json`);
  try {
    return JSON.parse(readFileSync(file, "utf8")) as unknown;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`${file} is no JSON: ${(error as Error).message}`);
  }
}

/** Checks whether a resource refers to the function: by name or ARN, with or without an alias, also inside a URL. */
function mentions(inputs: Readonly<Record<string, unknown>>, { outputs }: ResourceState): boolean {
  const name = String(outputs.name);
  const named = new RegExp(`(^|:function:)${name.replace(/[^\w-]/g, "\\$&")}($|[:/])`);
  return ["uri", "arn", "function", "functionName", "target"].some((key) => {
    const value = key === "target" && isObject(inputs[key]) ? inputs[key].arn : inputs[key];
    return typeof value === "string" && named.test(value);
  });
}

function templateOf({ requestTemplates }: Readonly<Record<string, unknown>>): string[] {
  const text = isObject(requestTemplates) ? requestTemplates["application/json"] : undefined;
  return typeof text === "string" ? [text] : [];
}

/** Applies a mapping template to a request with an example for each parameter that it uses. */
function eventOfTemplate(template: string): unknown {
  const names = [...template.matchAll(/\$input\.params\(\s*['"]([^'"]+)['"]\s*\)/g)];
  const querystring = Object.fromEntries(names.map(([, name = ""]) => [name, exampleText(name)]));
  try {
    const { text } = renderTemplate(template, {
      body: "{}",
      params: { path: {}, querystring, header: {} },
      context: { stage: "stage", requestId: "example", identity: {} },
      stageVariables: {},
    });
    return JSON.parse(text) as unknown;
  } catch {
    // The template needs more of a request than the example contains.
    return undefined;
  }
}

/** Returns the constant event of an EventBridge rule's target or of a schedule. */
function sentBy({ inputs }: ResourceState): unknown {
  const { input } = isObject(inputs.target) ? inputs.target : inputs;
  if (typeof input !== "string" || inputs.functionName !== undefined) return undefined;
  try {
    return JSON.parse(input) as unknown;
  } catch {
    // A schedule's input may be any text.
    return undefined;
  }
}
