import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import type { ApiRecord } from "../../../callbacks/api/stagedApi/history/apiRecord";
import {
  type HistoryEntry,
  isMove,
  type Verdicts,
} from "../../../callbacks/api/stagedApi/history/history";
import { NO_VERSION } from "../../../callbacks/api/stagedApi/releases/releases";
import type { Statement } from "../../iam/iamPolicy";
import type { StagedApi } from "./stagedApi";

/** What the callbacks may do, each with the version of the function that was the newest when it was first allowed. */
export type Granted = Readonly<Record<string, string>>;

/** What the last update and the commands have written down. */
export interface Known {
  readonly functionName?: string;
  readonly granted?: Granted;
  /** The version that prod serves; absent while that is not known. */
  readonly prodVersion?: string;
}

/** What an update leaves of what prod serves. */
export interface Left {
  readonly granted: ReadonlySet<string>;
  /** The newest version after the update; undefined while a preview does not know it, because there will be a new one. */
  readonly version: string | undefined;
  readonly hasFunction: boolean;
}

/** Reads what is known of the API before this update. Nothing in a first one, or where the deployer may not read it. */
export function readKnown(self: StagedApi, path: string): pulumi.Output<Known | undefined> {
  // By its path, because a parameter that is asked for by name must exist.
  const found = aws.ssm.getParametersByPath({ path, withDecryption: false }, { parent: self });
  return pulumi.output(
    found.then(
      ({ names = [], values = [] }) => knownOf((kind) => values[names.indexOf(`${path}/${kind}`)]),
      () => undefined,
    ),
  );
}

/** @param textOf the text of the parameter `api`, `verdicts` or `history`; undefined where there is none. */
export function knownOf(textOf: (kind: string) => string | undefined): Known | undefined {
  try {
    const api = textOf("api");
    if (api === undefined) return {};
    const { functionName, granted } = JSON.parse(api) as ApiRecord;
    const { first } = JSON.parse(textOf("verdicts") ?? "{}") as Verdicts;
    const history = JSON.parse(textOf("history") ?? "[]") as HistoryEntry[];
    const serves = history.filter(isMove).at(-1)?.to ?? first;
    return { functionName, granted, prodVersion: serves?.version };
  } catch {
    // Somebody has edited it by hand: the commands tell of that.
    return undefined;
  }
}

/** Warns of what an update takes from prod at once, at its preview and when it is made. */
export function warnOfProdUse(
  self: StagedApi,
  name: string,
  known: pulumi.Output<Known | undefined>,
  statements: readonly Statement[],
): void {
  const granted = new Set<string>();
  let version: string | undefined;
  // At a preview a resource that is to be made has no ARN yet, and `apply` does not run for it.
  for (const key of grantKeys(statements)) key.apply((one) => granted.add(one));
  self.function?.version.apply((one) => (version = one));
  // Their URNs are known when all of what they are made of is known, or known to be unknown.
  const { function: own, stages } = self;
  const made = [stages.prod.urn, ...(own ? [own.rolePolicy.urn] : [])];
  pulumi.all([known, pulumi.all(made)]).apply(([before]) => {
    const left = { granted, version, hasFunction: own !== undefined };
    const text = before && lossText(name, before, left);
    if (text !== undefined) void pulumi.log.warn(text, self);
  });
}

/** The sentence about what prod loses; undefined when it loses nothing that it may use. */
export function lossText(name: string, known: Known, left: Left): string | undefined {
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
    `${serves}: one role serves all versions, so it is gone at once. ${threeSteps("keep it beside what is new")}`
  );
}

function threeSteps(expand: string): string {
  return (
    `Do it in three steps: expand (${expand}), promote, and contract (take it out when you no longer want to roll back ` +
    "to what uses it); see docs/components/staged-api.md."
  );
}

/** What prod's version may use and does not get any more. */
function lostActions({ granted = {} }: Known, prodVersion: string, left: Left): string[] {
  const lost = Object.entries(granted).filter(([key, since]) => {
    const action = actionOf(key);
    if (left.granted.has(key) || left.granted.has(`${action} *`)) return false;
    // A version that has been promoted since, and is what the program still says, has the first two steps behind it.
    if (left.version === prodVersion) return since === prodVersion;
    return Number(since) <= Number(prodVersion);
  });
  return [...new Set(lost.map(([key]) => actionOf(key)))].sort();
}

/** What is granted from now on; undefined where it could not be read what was granted before. */
export function grantedFrom(
  known: pulumi.Output<Known | undefined>,
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
      // While nothing is new this is the same after each update, although its preview does not know the version.
      return keys.every((key) => key in granted) ? pulumi.output(since("")) : version.apply(since);
    });
}

/** `dynamodb:GetItem 1a2b3c4d` for each action on each resource: Parameter Store would have no room for the ARNs. */
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
