import type { Target } from "@aws-sdk/client-eventbridge";
import { transformInput, type TransformContext } from "./inputTransformer";
import { valueAt } from "./jsonPath";

/** Returns the text that a target receives for an event; undefined if it receives none. */
export function targetInput(
  { Input, InputPath, InputTransformer }: Target,
  event: object,
  context: TransformContext,
): string | undefined {
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(valueAt(InputPath, event) ?? null);
  if (InputTransformer) return transformInput(InputTransformer, event, context);
  return JSON.stringify(event);
}
