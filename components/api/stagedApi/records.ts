import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  type ApiRecord,
  type CanaryRecord,
  RECORDS,
} from "../../../callbacks/api/stagedApi/history/apiRecord";
import { MOST_BYTES } from "../../../callbacks/api/stagedApi/history/history";
import { childName } from "../../names";
import type { StagedApi } from "./stagedApi";
import { LEAST_KEPT, type StagedApiArgs } from "./args";
import { type Granted, type RecordedState, readKnown } from "./prodUse";

/** The SSM parameters in which an API and its commands keep their records. */
export interface Records {
  /** The records from before this update. */
  readonly known: pulumi.Output<RecordedState | undefined>;
  /** Description of the API's deployments: only deployments with this description are ever deleted. */
  readonly description: string;
  /** Results of the checks of `stage`'s releases. */
  readonly verdicts: aws.ssm.Parameter;
  /** The moves of `prod`. */
  readonly history: aws.ssm.Parameter;
  /** Writes the parameter from which the commands learn the API's ids and names. */
  describe(
    api: StagedApi,
    parts: {
      readonly journal: aws.lambda.Alias | undefined;
      readonly canary: pulumi.Output<CanaryRecord> | undefined;
      readonly granted: pulumi.Output<Granted | undefined>;
    },
  ): void;
}

/** `/staged-api/<project>/<stack>/<name>`: the same API may be in several stacks of an account. */
function recordsPath(name: string): string {
  return `${RECORDS}/${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
}

export function createRecords(self: StagedApi, name: string, args: StagedApiArgs): Records {
  const path = recordsPath(name);
  const description = `aws-callbacks StagedApi ${name}`;
  const parameter = (suffix: string, value: pulumi.Input<string>, written: boolean) =>
    new aws.ssm.Parameter(
      childName(name, suffix),
      { name: `${path}/${suffix}`, type: "String", value, tags: args.tags },
      { parent: self, ignoreChanges: written ? ["value"] : undefined },
    );
  return {
    known: readKnown(self, path),
    description,
    verdicts: parameter("verdicts", "{}", true),
    history: parameter("history", "[]", true),
    describe(api, { journal, canary, granted }) {
      const record = {
        ...(api.function ? { functionName: api.function.name } : {}),
        ...(journal ? { journalFunction: journal.functionName } : {}),
        restApiId: api.restApi.id,
        description,
        keep: args.keepVersions ?? LEAST_KEPT,
        ...(canary ? { canary } : {}),
      } satisfies pulumi.Inputs &
        Record<
          keyof Omit<ApiRecord, "functionName" | "journalFunction" | "canary" | "granted">,
          unknown
        >;
      parameter("api", pulumi.all([record, granted]).apply(recordText), false);
    },
  };
}

/** Leaves the permissions out if they do not fit: the rest is what the commands need. */
function recordText([record, granted = {}]: [object, Granted | undefined]): string {
  const anything = Object.keys(granted).length > 0;
  const text = JSON.stringify({ ...record, ...(anything ? { granted } : {}) });
  return Buffer.byteLength(text) <= MOST_BYTES ? text : JSON.stringify(record);
}
