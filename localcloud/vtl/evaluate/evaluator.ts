import { type Binary, type Expression, type Reference, type Step } from "../ast";
import { type ArithmeticOperator, calculate, compareNumbers } from "../java/arithmetic";
import { velocityEquals } from "../java/equality";
import { JavaList } from "../java/list";
import { JavaMap } from "../java/map";
import { isNumber, toInt } from "../java/number";
import { toText } from "../java/text";
import { type JavaValue } from "../java/value";
import { TemplateError } from "../templateError";
import { invoke, readIndex, readProperty, writeIndex } from "./invoke";
import { type WorkLimit } from "./limits";
import { type Variables } from "./variables";

/**
 * Value of a null reference in a condition, in a comparison and as an argument. In API Gateway it is the empty text,
 * which is true; Velocity itself uses null:
 * https://github.com/dherault/serverless-offline/issues/50,
 * https://sookocheff.com/post/api/checking-for-null-in-api-gateway/
 */
export type NullReference = "empty text" | "null";

/** Evaluates expressions. The renderer provides the text of interpolated strings. */
export class Evaluator {
  constructor(
    private readonly limit: WorkLimit,
    private readonly nullReference: NullReference,
    private readonly interpolate: (
      string: Extract<Expression, { type: "interpolated" }>,
      variables: Variables,
    ) => string,
  ) {}

  value(expression: Expression, variables: Variables): JavaValue {
    switch (expression.type) {
      case "reference":
        return this.reference(expression, variables);
      case "string":
      case "number":
      case "boolean":
        return expression.value;
      case "interpolated":
        return this.interpolate(expression, variables);
      case "list":
        return new JavaList(expression.items.map((item) => this.value(item, variables)));
      case "map":
        return JavaMap.of(
          expression.entries.map(({ key, value }) => [
            this.value(key, variables),
            this.value(value, variables),
          ]),
        );
      case "range":
        return this.range(
          this.value(expression.from, variables),
          this.value(expression.to, variables),
        );
      case "not":
        return !this.isTrue(expression.operand, variables);
      case "binary":
        return this.binary(expression, variables);
    }
  }

  /**
   * Returns the truth of a condition. In Velocity 1.7 only null and false are false, but a condition that is only a
   * literal or a calculation is false too, because its grammar nodes do not implement truth.
   */
  isTrue(expression: Expression, variables: Variables): boolean {
    switch (expression.type) {
      case "reference": {
        const value = this.compared(expression, variables);
        return value !== null && value !== false;
      }
      case "boolean":
        return expression.value;
      case "not":
        return !this.isTrue(expression.operand, variables);
      case "binary":
        return this.value(expression, variables) === true;
      default:
        return false;
    }
  }

  reference(reference: Reference, variables: Variables): JavaValue {
    let value = variables.get(reference.root);
    for (const step of reference.steps) {
      if (value === null) return null;
      value = this.step(value, step, reference, variables);
    }
    return value;
  }

  /** Returns the value of a part of a condition, of one side of a comparison or of an argument. */
  private compared(expression: Expression, variables: Variables): JavaValue {
    const value = this.value(expression, variables);
    const isNothing = value === null && expression.type === "reference";
    return isNothing && this.nullReference === "empty text" ? "" : value;
  }

  /**
   * Executes `#set`: sets a variable, or an entry of the map or list that the reference points to. Otherwise it has
   * no effect.
   */
  assign(target: Reference, value: JavaValue, variables: Variables): void {
    const last = target.steps.at(-1);
    if (last === undefined) return variables.set(target.root, value);
    const holder = this.reference({ ...target, steps: target.steps.slice(0, -1) }, variables);
    if (holder === null) return;
    this.located(target, () => {
      if (last.type === "index") writeIndex(holder, this.value(last.index, variables), value);
      else if (holder instanceof JavaMap) holder.put(last.name, value);
    });
  }

  private step(
    value: JavaValue,
    step: Step,
    reference: Reference,
    variables: Variables,
  ): JavaValue {
    this.limit.spend();
    if (step.type === "property") return readProperty(value, step.name);
    return this.located(reference, () => {
      if (step.type === "index") return readIndex(value, this.value(step.index, variables));
      const args = step.arguments.map((argument) => this.compared(argument, variables));
      const result = invoke(value, step.name, args);
      this.limit.collection(value);
      return typeof result === "string" ? this.limit.text(result) : result;
    });
  }

  /** Adds the reference's position to an exception of a Java method, which ends the rendering. */
  private located<T>(reference: Reference, run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw new TemplateError(`${reference.source}: ${error.reason}`).at(
        error.line > 0 ? error : reference.position,
      );
    }
  }

  private range(from: JavaValue, to: JavaValue): JavaValue {
    if (from === null || to === null || !isNumber(from) || !isNumber(to)) return null;
    const first = toInt(from);
    const size = Math.abs(toInt(to) - first) + 1;
    this.limit.spend(size);
    const step = first >= toInt(to) ? -1 : 1;
    return new JavaList(Array.from({ length: size }, (_, i) => first + i * step));
  }

  private binary(expression: Binary, variables: Variables): JavaValue {
    const { operator, left, right } = expression;
    if (operator === "&&") return this.isTrue(left, variables) && this.isTrue(right, variables);
    if (operator === "||") return this.isTrue(left, variables) || this.isTrue(right, variables);
    switch (operator) {
      case "==":
        return velocityEquals(this.compared(left, variables), this.compared(right, variables));
      case "!=":
        return !velocityEquals(this.compared(left, variables), this.compared(right, variables));
      case "<":
      case ">":
      case "<=":
      case ">=":
        return compares(operator, this.value(left, variables), this.value(right, variables));
      default: {
        const a = this.value(left, variables);
        const b = this.value(right, variables);
        if (operator === "+" && (typeof a === "string" || typeof b === "string")) {
          // A null operand is replaced by its source text, as in Velocity.
          return this.limit.text(textOr(a, left.source) + textOr(b, right.source));
        }
        return arithmetic(operator, a, b);
      }
    }
  }
}

/** Compares two numbers; anything else is false. */
function compares(operator: "<" | ">" | "<=" | ">=", a: JavaValue, b: JavaValue): boolean {
  if (a === null || b === null || !isNumber(a) || !isNumber(b)) return false;
  const order = compareNumbers(a, b);
  if (operator === "<") return order < 0;
  if (operator === ">") return order > 0;
  return operator === "<=" ? order <= 0 : order >= 0;
}

/** Calculates with two numbers; anything else gives null. */
function arithmetic(operator: ArithmeticOperator, a: JavaValue, b: JavaValue): JavaValue {
  if (a === null || b === null || !isNumber(a) || !isNumber(b)) return null;
  return calculate(operator, a, b);
}

function textOr(value: JavaValue, source: string): string {
  return value === null ? source : toText(value);
}
