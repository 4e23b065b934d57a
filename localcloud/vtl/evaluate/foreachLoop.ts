import { type ForeachDirective } from "../ast";
import { JavaCollection, JavaMapping } from "../java/collections";
import { JavaIterator } from "../java/list";
import { type JavaValue } from "../java/value";
import { TemplateError } from "../templateError";
import { FOREACH_ITERATIONS } from "./limits";
import { type ForeachScope } from "./scopes";
import { type Variables } from "./variables";

/** Returns the values over which a `#foreach` runs; undefined for a value that is no collection. */
export function itemsOf(value: JavaValue): readonly JavaValue[] | undefined {
  if (value instanceof JavaCollection) return [...value.items];
  if (value instanceof JavaMapping) return [...value.entries.values()];
  return value instanceof JavaIterator ? value.rest() : undefined;
}

/** Returns a function that gives the variables which a loop sets the values that they have now, before the loop. */
export function rememberVariables(statement: ForeachDirective, variables: Variables): () => void {
  const names = [statement.variable, "velocityCount", "velocityHasNext", "foreach"];
  const values = names.map((name) => variables.get(name));
  return () => {
    for (const [index, name] of names.entries()) {
      const value = values[index];
      if (value === null) variables.remove(name);
      else variables.set(name, value);
    }
  };
}

/** Sets the variables of a loop for its next item. Throws TemplateError if the loop runs too often. */
export function beginIteration(
  statement: ForeachDirective,
  item: JavaValue,
  items: readonly JavaValue[],
  scope: ForeachScope,
  variables: Variables,
): void {
  scope.index++;
  if (scope.index === FOREACH_ITERATIONS) {
    throw new TemplateError(
      `A #foreach loop exceeds the limit of ${FOREACH_ITERATIONS} iterations`,
    ).at(statement.position);
  }
  scope.hasNext = scope.index + 1 < items.length;
  variables.set("velocityCount", scope.index + 1);
  variables.set("velocityHasNext", scope.hasNext);
  variables.set(statement.variable, item);
}
