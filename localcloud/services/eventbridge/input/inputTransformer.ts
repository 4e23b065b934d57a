import type { InputTransformer } from "@aws-sdk/client-eventbridge";
import { valueAt } from "./jsonPath";

/** Values of the reserved variables that are not in the event. */
export interface TransformContext {
  readonly ruleName: string;
  readonly ruleArn: string;
  /** When the event arrived. */
  readonly ingestionTime: Date;
}

/** Variables that a template can use without defining their path. */
const RESERVED = [
  "aws.events.rule-arn",
  "aws.events.rule-name",
  "aws.events.event.ingestion-time",
  "aws.events.event",
  "aws.events.event.json",
];

const VARIABLE = /<([A-Za-z0-9_.-]+)>/;
const VARIABLE_HERE = new RegExp(VARIABLE, "y");

/** Returns a variable of the template that is neither in the map nor reserved. */
export function unknownVariable({
  InputPathsMap = {},
  InputTemplate = "",
}: InputTransformer): string | undefined {
  const names = [...InputTemplate.matchAll(new RegExp(VARIABLE, "g"))].map(([, name]) => name);
  return names.find((name) => !Object.hasOwn(InputPathsMap, name) && !RESERVED.includes(name));
}

/**
 * Fills the template of an input transformer. A variable inside quotes becomes plain text, one outside becomes JSON,
 * and one whose path the event lacks becomes empty. Returns undefined, so that nothing is delivered, if the template
 * is an object or array and the result is not valid JSON. Recorded in
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
    // As on AWS, values are not escaped, so a quote in a value may make the result invalid JSON.
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

/** Returns the event without its detail, and with `detail-type` renamed to `detailType`. */
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

/**
 * Formats a value inside quotes. Strings stay as they are; in a text template other values become JSON without its
 * quotes, in an object template JSON.
 */
function asText(value: unknown, isText: boolean): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  const json = JSON.stringify(value);
  return isText ? json.replaceAll('"', "") : json;
}
