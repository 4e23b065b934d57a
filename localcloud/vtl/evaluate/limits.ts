import { JavaCollection } from "../java/collections";
import { TEXT_LENGTH } from "../java/text";
import { type JavaValue } from "../java/value";
import { TemplateError } from "../templateError";

/**
 * "Iterations in a #foreach loop in mapping templates: 1,000":
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
export const FOREACH_ITERATIONS = 1000;
/** Not AWS's: it ends nested loops and doubling collections before they stall the process. */
const WORK = 2_000_000;
const COLLECTION_SIZE = 1_000_000;
/** velocimacro.max.depth of Velocity. */
export const MACRO_DEPTH = 20;
/** define.directive.maxdepth of Velocity. */
export const DEFINE_DEPTH = 2;

/** Counts what one rendering has done, and stops it at the limit. */
export class WorkLimit {
  private done = 0;

  spend(amount = 1): void {
    this.done += amount;
    if (this.done > WORK)
      throw new TemplateError("The template runs too long: it does too much work");
  }

  /** No list that a method has just grown may outgrow the memory. */
  collection(value: JavaValue): void {
    if (value instanceof JavaCollection && value.items.length > COLLECTION_SIZE) {
      throw new TemplateError("The template does too much work: a list is too long");
    }
  }

  /** No text of a rendering outgrows the largest payload. */
  text(value: string): string {
    if (value.length > TEXT_LENGTH) throw new TemplateError("The text exceeds the limit of 10 MB");
    return value;
  }
}
