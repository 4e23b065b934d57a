import type { Target } from "@aws-sdk/client-eventbridge";
import { transformInput, type TransformContext } from "./inputTransformer";
import { valueAt } from "./jsonPath";

/** The text that a target receives for an event. */
export function targetInput(
  { Input, InputPath, InputTransformer }: Target,
  event: object,
  context: TransformContext,
): string {
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(valueAt(InputPath, event) ?? null);
  if (InputTransformer) return transformInput(InputTransformer, event, context);
  return JSON.stringify(event);
}
