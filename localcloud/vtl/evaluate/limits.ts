import { JavaCollection } from "../java/collections";
import { TEXT_LENGTH } from "../java/text";
import { type JavaValue } from "../java/value";
import { TemplateError } from "../templateError";

/**
 * "Iterations in a #foreach loop in mapping templates: 1,000":
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
export const FOREACH_ITERATIONS = 1000;
/** Not a limit of AWS: it ends nested loops and growing collections before they block the process. */
const WORK = 2_000_000;
const COLLECTION_SIZE = 1_000_000;
/** Velocity's velocimacro.max.depth. */
export const MACRO_DEPTH = 20;
/** Velocity's define.directive.maxdepth. */
export const DEFINE_DEPTH = 2;

/** Counts the work of one rendering, and stops it at the limit. */
export class WorkLimit {
  private done = 0;

  spend(amount = 1): void {
    this.done += amount;
    if (this.done > WORK)
      throw new TemplateError("The template runs too long: it does too much work");
  }

  /** Stops a list that a method call made too large for the memory. */
  collection(value: JavaValue): void {
    if (value instanceof JavaCollection && value.items.length > COLLECTION_SIZE) {
      throw new TemplateError("The template does too much work: a list is too long");
    }
  }

  /** Stops a text that exceeds the maximum payload. */
  text(value: string): string {
    if (value.length > TEXT_LENGTH) throw new TemplateError("The text exceeds the limit of 10 MB");
    return value;
  }
}
