import { TemplateError } from "../templateError";
import { isNumber, numberText } from "./number";
import { type JavaValue } from "./value";

/** "Payload size: 10 MB": https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
export const TEXT_LENGTH = 10 * 1024 * 1024;

/** Joins texts. Values that contain the same part very often exceed the limit here, before they fill the memory. */
export function joinTexts(
  opening: string,
  texts: readonly string[],
  between: string,
  closing: string,
) {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length > TEXT_LENGTH) throw new TemplateError("The text exceeds the limit of 10 MB");
  return opening + texts.join(between) + closing;
}

/** Converts like Java's String.valueOf. */
export function toText(value: JavaValue): string {
  if (typeof value === "string") return value;
  if (value === null) return "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  return isNumber(value) ? numberText(value) : value.toText();
}
