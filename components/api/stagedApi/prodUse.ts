import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import type { ApiRecord } from "../../../callbacks/api/stagedApi/history/apiRecord";
import {
  type HistoryEntry,
  isMove,
  type GateResults,
} from "../../../callbacks/api/stagedApi/history/history";
import { NO_VERSION } from "../../../callbacks/api/stagedApi/releases/releases";
import type { Statement } from "../../iam/statement";
import type { StagedApi } from "./stagedApi";

/** The permissions of the callbacks, each with the function version that was the newest when it was first granted. */
export type Granted = Readonly<Record<string, string>>;

/** What the last update and the commands have recorded. */
export interface RecordedState {
  readonly functionName?: string;
  readonly granted?: Granted;
  /** The version that prod serves; undefined while that is unknown. */
  readonly prodVersion?: string;
}

/** What still exists, after an update, of the things that prod uses. */
export interface RemainingResources {
  readonly granted: ReadonlySet<string>;
  /** The newest version after the update; undefined at a preview that will publish a new one. */
  readonly version: string | undefined;
  readonly hasFunction: boolean;
}

/** Reads the records from before this update: empty at the first one, undefined if the deployer may not read them. */
export function readKnown(self: StagedApi, path: string): pulumi.Output<RecordedState | undefined> {
  // By its path, because reading a parameter by name fails if it does not exist.
  const found = aws.ssm.getParametersByPath({ path, withDecryption: false }, { parent: self });
  return pulumi.output(
    found.then(
      ({ names = [], values = [] }) => knownOf((kind) => values[names.indexOf(`${path}/${kind}`)]),
      () => undefined,
    ),
  );
}

/** @param textOf the text of the parameter `api`, `verdicts` or `history`; undefined if it does not exist. */
export function knownOf(textOf: (kind: string) => string | undefined): RecordedState | undefined {
  try {
    const api = textOf("api");
    if (api === undefined) return {};
    const { functionName, granted } = JSON.parse(api) as ApiRecord;
    const { first } = JSON.parse(textOf("verdicts") ?? "{}") as GateResults;
    const history = JSON.parse(textOf("history") ?? "[]") as HistoryEntry[];
    const serves = history.filter(isMove).at(-1)?.to ?? first;
    return { functionName, granted, prodVersion: serves?.version };
  } catch {
    // Somebody has edited it manually: the commands report that.
    return undefined;
  }
}

/** Warns about everything that an update takes away from prod at once, at the preview and at the update. */
export function warnOfProdUse(
  self: StagedApi,
  name: string,
  known: pulumi.Output<RecordedState | undefined>,
  statements: readonly Statement[],
): void {
  const granted = new Set<string>();
  let version: string | undefined;
  // At a preview a resource that will be created has no ARN yet, and `apply` does not run for it.
  for (const key of grantKeys(statements)) key.apply((one) => granted.add(one));
  self.function?.version.apply((one) => (version = one));
  // The URNs resolve after everything that these resources are made from, known or unknown.
  const { function: own, stages } = self;
  const made = [stages.prod.urn, ...(own ? [own.rolePolicy.urn] : [])];
  pulumi.all([known, pulumi.all(made)]).apply(([before]) => {
    const left = { granted, version, hasFunction: own !== undefined };
    const text = before && lossText(name, before, left);
    if (text !== undefined) void pulumi.log.warn(text, self);
  });
}

/** Returns the sentence about what prod loses; undefined if it loses nothing that it uses. */
export function lossText(
  name: string,
  known: RecordedState,
  left: RemainingResources,
): string | undefined {
  const { functionName, prodVersion = NO_VERSION } = known;
  if (functionName === undefined || prodVersion === NO_VERSION) return undefined;
  const serves = `prod of '${name}', which serves version ${prodVersion}`;
  if (!left.hasFunction)
    return (
      `This update deletes function ${functionName} of ${serves}: each request of prod for a callback is answered ` +
      `with 500 from then on, and no rollback brings it back. ${threeSteps("leave one callback in")}`
    );
  const lost = lostActions(known, prodVersion, left);
  if (lost.length === 0) return undefined;
  return (
    `This update takes ${lost.join(", ")} on a resource that it removes, replaces or leaves out of 'permissions' from ` +
    `${serves}: one role serves all versions, so the permission is lost at once. ${threeSteps("keep it beside what is new")}`
  );
}

function threeSteps(expand: string): string {
  return (
    `Do it in three steps: expand (${expand}), promote, and contract (remove it when you no longer need to roll back ` +
    "to what uses it); see docs/components/staged-api.md."
  );
}

/** Returns the actions that prod's version was granted and that the update removes. */
function lostActions(
  { granted = {} }: RecordedState,
  prodVersion: string,
  left: RemainingResources,
): string[] {
  const lost = Object.entries(granted).filter(([key, since]) => {
    const action = actionOf(key);
    if (left.granted.has(key) || left.granted.has(`${action} *`)) return false;
    // If prod serves the newest version and it was published after the permission, expand and promote are already done.
    if (left.version === prodVersion) return since === prodVersion;
    return Number(since) <= Number(prodVersion);
  });
  return [...new Set(lost.map(([key]) => actionOf(key)))].sort();
}

/** Returns what is granted after this update; undefined if the earlier grants could not be read. */
export function grantedFrom(
  known: pulumi.Output<RecordedState | undefined>,
  version: pulumi.Output<string> | undefined,
  statements: readonly Statement[],
): pulumi.Output<Granted | undefined> {
  if (version === undefined) return pulumi.output(undefined);
  return pulumi
    .all([known, pulumi.all(grantKeys(statements))])
    .apply(([before, keys]): pulumi.Output<Granted | undefined> => {
      if (before === undefined) return pulumi.output(undefined);
      const granted: Granted = before.granted ?? {};
      const since = (newest: string): Granted =>
        Object.fromEntries(keys.map((key) => [key, granted[key] ?? newest]));
      // Without new grants the result does not depend on the version, which a preview may not know.
      return keys.every((key) => key in granted) ? pulumi.output(since("")) : version.apply(since);
    });
}

/**
 * `dynamodb:GetItem 1a2b3c4d` for each action on each resource: whole ARNs would not fit into a parameter of Parameter
 * Store.
 */
function grantKeys(statements: readonly Statement[]): pulumi.Output<string>[] {
  return statements
    .filter(({ effect = "Allow" }) => effect === "Allow")
    .flatMap(({ actions, resources, conditions }) =>
      resources.flatMap((resource) => {
        const place = pulumi.all([resource, conditions]).apply(placeOf);
        return actions.map((action) => pulumi.interpolate`${action} ${place}`);
      }),
    );
}

function placeOf([resource, conditions]: [string, unknown]): string {
  if (resource === "*" && conditions === undefined) return "*";
  const text = JSON.stringify([resource, conditions]);
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function actionOf(key: string): string {
  const [action = ""] = key.split(" ");
  return action;
}
