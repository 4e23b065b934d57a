import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { ResourceState } from "./state";
import { nameOf } from "./urn";
import { isObject } from "../provider/values";
import { renderTemplate } from "../vtl";
import { exampleText } from "./example";

/** What an event is made from. */
export interface Deployed {
  readonly resources: readonly ResourceState[];
  /** Folder of Pulumi.yaml; `events/<function>.json` in it is the event of a function. */
  readonly directory: string;
}

const FUNCTION = "aws:lambda/function:Function";

/** Resources that hand a function events of their own kind, which nobody can make up. */
const TRIGGERS = [
  "aws:lambda/eventSourceMapping:EventSourceMapping",
  "aws:lambda/invocation:Invocation",
  "aws:lambda/permission:Permission",
];

/** The functions of a program, in the order in which it was written. */
export function functionsOf(resources: readonly ResourceState[]): ResourceState[] {
  return resources.filter(({ type }) => type === FUNCTION);
}

/**
 * An event that a function understands: the one in `events/<function>.json`, what the template of its API makes of an
 * example request, or what its rule or schedule sends. For a function that nothing calls any object will do; undefined
 * for one whose events come from a queue, an alarm or another service.
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

/** Under the name that the program gives the function, or the component that it is in. */
function savedEvent({ urn }: ResourceState, directory: string): unknown {
  const file = path.join(directory, "events", `${nameOf(urn)}.json`);
  try {
    return JSON.parse(readFileSync(file, "utf8")) as unknown;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`${file} is no JSON: ${(error as Error).message}`);
  }
}

/** Whether a resource names the function: by name or ARN, with or without an alias, inside an address too. */
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

/** What a mapping template makes of a request that has an example for each parameter it asks for. */
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
    // It wants more of a request than an example has.
    return undefined;
  }
}

/** The constant event of an EventBridge rule's target or of a schedule. */
function sentBy({ inputs }: ResourceState): unknown {
  const { input } = isObject(inputs.target) ? inputs.target : inputs;
  if (typeof input !== "string" || inputs.functionName !== undefined) return undefined;
  try {
    return JSON.parse(input) as unknown;
  } catch {
    // A schedule may send any text.
    return undefined;
  }
}
