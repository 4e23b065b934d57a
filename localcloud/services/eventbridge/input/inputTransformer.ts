import type { InputTransformer } from "@aws-sdk/client-eventbridge";
import { valueAt } from "./jsonPath";

/** What the reserved variables need beyond the event. */
export interface TransformContext {
  readonly ruleName: string;
  readonly ruleArn: string;
  /** When the event arrived. */
  readonly ingestionTime: Date;
}

/** Names that a template may use without a path of its own. */
const RESERVED = [
  "aws.events.rule-arn",
  "aws.events.rule-name",
  "aws.events.event.ingestion-time",
  "aws.events.event",
  "aws.events.event.json",
];

const VARIABLE = /<([A-Za-z0-9_.-]+)>/;
const VARIABLE_HERE = new RegExp(VARIABLE, "y");

/** A variable of the template that is neither in the map nor reserved. */
export function unknownVariable({
  InputPathsMap = {},
  InputTemplate = "",
}: InputTransformer): string | undefined {
  const names = [...InputTemplate.matchAll(new RegExp(VARIABLE, "g"))].map(([, name]) => name);
  return names.find((name) => !Object.hasOwn(InputPathsMap, name) && !RESERVED.includes(name));
}

/**
 * Fills the template of an input transformer. A variable inside quotes becomes plain text, one
 * outside becomes JSON; one whose path the event lacks becomes nothing. Undefined where the template is
 * an object or array and what comes of it is not JSON: nothing is delivered then. Recorded in
 * https://github.com/localstack/localstack/blob/master/tests/aws/services/events/test_events_inputs.py
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function transformInput(
  { InputPathsMap = {}, InputTemplate = "" }: InputTransformer,
  event: object,
  context: TransformContext,
): string | undefined {
  const isText = !/^\s*[[{]/.test(InputTemplate);
  const filled = fill(InputTemplate, isText, (name) =>
    Object.hasOwn(InputPathsMap, name)
      ? valueAt(InputPathsMap[name], event)
      : reserved(name, event, context),
  );
  try {
    return JSON.stringify(JSON.parse(filled));
  } catch {
    // Values are not escaped: a quote in one makes the text something other than JSON, as on AWS.
    return isText ? filled : undefined;
  }
}

function reserved(name: string, event: object, context: TransformContext): unknown {
  switch (name) {
    case "aws.events.rule-arn":
      return context.ruleArn;
    case "aws.events.rule-name":
      return context.ruleName;
    case "aws.events.event.ingestion-time":
      return context.ingestionTime.toISOString();
    case "aws.events.event":
      return withoutDetail(event);
    case "aws.events.event.json":
      return JSON.stringify(event);
    default:
      return undefined;
  }
}

/** The event with its usual names but one, and without its detail. */
function withoutDetail(event: object): object {
  const fields = Object.entries(event).filter(([name]) => name !== "detail");
  return Object.fromEntries(
    fields.map(([name, value]) => [name === "detail-type" ? "detailType" : name, value]),
  );
}

function fill(template: string, isText: boolean, lookUp: (name: string) => unknown): string {
  let quoted = false;
  let text = "";
  for (let at = 0; at < template.length; at += 1) {
    VARIABLE_HERE.lastIndex = at;
    const variable = VARIABLE_HERE.exec(template);
    if (variable) {
      text += quoted ? asText(lookUp(variable[1]), isText) : asJson(lookUp(variable[1]));
      at += variable[0].length - 1;
      continue;
    }
    if (template[at] === "\\") {
      text += template.slice(at, at + 2);
      at += 1;
      continue;
    }
    if (template[at] === '"') quoted = !quoted;
    text += template[at];
  }
  return text;
}

function asJson(value: unknown): string {
  return value === undefined ? '""' : JSON.stringify(value);
}

/** Texts go in as they are; in a text, other values as JSON that has lost its quotes, in an object as JSON. */
function asText(value: unknown, isText: boolean): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  const json = JSON.stringify(value);
  return isText ? json.replaceAll('"', "") : json;
}
