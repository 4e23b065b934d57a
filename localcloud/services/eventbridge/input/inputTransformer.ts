import type { InputTransformer } from "@aws-sdk/client-eventbridge";
import { valueAt } from "./jsonPath";

/** What the reserved variables need beyond the event. */
export interface TransformContext {
  readonly ruleName: string;
  readonly ruleArn: string;
  /** When the event arrived. */
  readonly ingestionTime: Date;
}

/**
 * Fills the template of an input transformer. A variable inside quotes becomes plain text, one
 * outside becomes JSON; one whose path the event lacks becomes nothing.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function transformInput(
  { InputPathsMap = {}, InputTemplate = "" }: InputTransformer,
  event: object,
  context: TransformContext,
): string {
  const filled = fill(InputTemplate, (name) => {
    const path = InputPathsMap[name];
    return path === undefined ? reserved(name, event, context) : valueAt(path, event);
  });
  try {
    return JSON.stringify(JSON.parse(filled));
  } catch {
    // Values are not escaped: a quote in one makes the text something other than JSON, as on AWS.
    return filled;
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
      return event;
    case "aws.events.event.json":
      return JSON.stringify(event);
    default:
      return undefined;
  }
}

function fill(template: string, lookUp: (name: string) => unknown): string {
  let quoted = false;
  let text = "";
  for (let at = 0; at < template.length; at += 1) {
    const variable = /^<([A-Za-z0-9_.-]+)>/.exec(template.slice(at, at + 260));
    if (variable) {
      text += quoted ? asText(lookUp(variable[1])) : asJson(lookUp(variable[1]));
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

/** Texts go in as they are; other values as JSON whose quotes do not end the text around them. */
function asText(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value).replaceAll('"', '\\"');
}
