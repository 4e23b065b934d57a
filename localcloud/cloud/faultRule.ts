import { didYouMean } from "../core/closest";
import type { FaultRule } from "./faults";
import type { Registry } from "./registry";

/** Returns why a rule can never apply: its service or operation does not exist here. Returns undefined if it can. */
export function faultRuleProblem(
  { service, operation }: FaultRule,
  registry: Registry,
): string | undefined {
  const services = registry.all().map(({ definition }) => definition);
  const named = services.filter(({ name }) => service === undefined || service === name);
  if (named.length === 0)
    return `There is no service '${service}'.${hint(
      service,
      services.map(({ name }) => name),
    )}`;
  const operations = [...new Set(named.flatMap((one) => Object.keys(one.operations)))].sort();
  if (operation === undefined || operations.includes(operation)) return undefined;
  const place = service === undefined ? "No service" : `Service '${service}'`;
  return `${place} has ${service === undefined ? "an" : "no"} operation '${operation}'.${hint(operation, operations)}`;
}

function hint(word: string | undefined, known: readonly string[]): string {
  return `${didYouMean(word ?? "", known)} There are ${known.join(", ")}.`;
}
