import type { FaultRule } from "../../cloud/faults";
import { didYouMean } from "../../core/closest";
import { FAULT_KINDS } from "../../cloud/faults";
import { RunningError, type RunningCloud } from "./runningCloud";

interface ActiveFault {
  readonly id: number;
  readonly rule: FaultRule;
  readonly applied: number;
}

/** Lists the pending faults; `add <kind> [service[:Operation]] [times|forever]` injects one, `clear` removes all. */
export async function faults(cloud: RunningCloud, words: readonly string[]): Promise<string> {
  const [verb = "list", ...rest] = words;
  if (rest.length > 0 && ["clear", "list"].includes(verb))
    throw new RunningError(
      `'faults ${verb}' takes no argument, but was given '${rest[0]}': it concerns all faults.`,
    );
  if (verb === "add") await cloud.ask("POST", "faults", ruleOf(rest));
  else if (verb === "clear") await cloud.ask("DELETE", "faults");
  else if (verb !== "list")
    throw new RunningError(
      `there is no 'faults ${verb}'.${didYouMean(verb, ["add", "clear", "list"]) || " There are list, add and clear."}`,
    );
  const waiting = (await cloud.ask("GET", "faults")) as ActiveFault[];
  return waiting.length === 0 ? "no faults" : waiting.map(lineOf).join("\n");
}

function ruleOf([kind = "", target, times]: readonly string[]): FaultRule {
  const known = FAULT_KINDS.find((one) => one === kind);
  if (known === undefined)
    throw new RunningError(
      `there is no fault '${kind}'.${didYouMean(kind, FAULT_KINDS) || ` There are ${FAULT_KINDS.join(", ")}.`}`,
    );
  const [service, operation, more] = target?.split(":") ?? [];
  if (more !== undefined)
    throw new RunningError(`'${target}' is not a target: write a service, or service:Operation.`);
  const count = times === undefined ? undefined : times === "forever" ? times : Number(times);
  if (typeof count === "number" && !(Number.isInteger(count) && count > 0))
    throw new RunningError(`'${times}' is not a number of calls: write 1, 2, 3 ... or forever.`);
  return { kind: known, service, operation, times: count };
}

function lineOf({
  id,
  rule: { kind, service, operation, times = 1 },
  applied,
}: ActiveFault): string {
  const target = [service ?? "every service", operation].filter(Boolean).join(":");
  return `${id}  ${kind} for ${target}, ${timesText(times)}, ${applied} so far`;
}

function timesText(times: number | "forever"): string {
  if (times === "forever") return times;
  return times === 1 ? "once" : `${times} times`;
}
