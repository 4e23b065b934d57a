import { brotliDecompressSync } from "node:zlib";
import { PACKED_REFERENCE } from "./actionReferenceData";

/**
 * Whether IAM can limit an action to resources: not at all (`none`, also for a list or a read that can be called
 * without a resource), if the call names one (`optional`), or always (`required`). `"*"` is the only resource that has
 * an effect on the first kind, and on calls of the second kind that name no resource.
 */
export type ResourceLevel = "none" | "optional" | "required";

const LEVELS: readonly ResourceLevel[] = ["none", "optional", "required"];

interface ActionFact {
  readonly level: ResourceLevel;
  /** A condition key that a statement must use in place of a resource. */
  readonly condition?: string;
}

/**
 * Actions for which the reference's tables say less than its pages: what limits the action is a condition, or usual
 * calls carry none of the resource types in the row.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonpolly.html (lexicon)
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazontranslate.html (terminology)
 */
const MANUAL_FACTS: Readonly<Record<string, ActionFact>> = {
  "cloudwatch:putmetricdata": { level: "none", condition: "cloudwatch:namespace" },
  "ecs:listservices": { level: "none", condition: "ecs:cluster" },
  "ecs:listtasks": { level: "none", condition: "ecs:cluster" },
  "polly:startspeechsynthesistask": { level: "none" },
  "translate:starttexttranslationjob": { level: "none" },
  "translate:translatetext": { level: "none" },
};

/** Service -> its line of the table, filled at the first lookup; then also its actions. */
let lines: Map<string, string> | undefined;
const services = new Map<string, ReadonlyMap<string, ActionFact>>();

/**
 * Returns what AWS's service authorization reference says about an action, ignoring case like IAM does; undefined if
 * the reference of REFERENCE_DAY does not contain the action.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function actionFact(action: string): ActionFact | undefined {
  const given = action.toLowerCase();
  const [service = "", name = ""] = given.split(":");
  return ownFact(given) ?? actionsOf(service).get(name);
}

function ownFact(action: string): ActionFact | undefined {
  return Object.hasOwn(MANUAL_FACTS, action) ? MANUAL_FACTS[action] : undefined;
}

function actionsOf(service: string): ReadonlyMap<string, ActionFact> {
  const read = services.get(service);
  if (read) return read;
  lines ??= readLines();
  const [, ...groups] = (lines.get(service) ?? "").split("|");
  const actions = LEVELS.flatMap((level, i) =>
    (groups[i] ?? "")
      .split(" ")
      .map((name): [string, ActionFact] => [name.toLowerCase(), { level }]),
  );
  const byName = new Map(actions.filter(([name]) => name !== ""));
  services.set(service, byName);
  return byName;
}

function readLines(): Map<string, string> {
  const table = brotliDecompressSync(Buffer.from(PACKED_REFERENCE, "base64")).toString();
  return new Map(table.split("\n").map((line) => [line.slice(0, line.indexOf("|")), line]));
}
