import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  type ApiRecord,
  type CanaryRecord,
  RECORDS,
} from "../../../callbacks/api/stagedApi/history/apiRecord";
import { childName } from "../../names";
import type { StagedApi } from "./stagedApi";
import { LEAST_KEPT, type StagedApiArgs } from "./args";

/** What the commands need to know of an API, and what they remember of it. */
export interface Records {
  /** Description of the API's deployments: only those are ever deleted. */
  readonly description: string;
  /** What is known of the releases of `stage`. */
  readonly verdicts: aws.ssm.Parameter;
  /** The moves of `prod`. */
  readonly history: aws.ssm.Parameter;
  /** Writes down where everything is. */
  describe(
    api: StagedApi,
    parts: {
      readonly journal: aws.lambda.Alias | undefined;
      readonly canary: pulumi.Output<CanaryRecord> | undefined;
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
    description,
    verdicts: parameter("verdicts", "{}", true),
    history: parameter("history", "[]", true),
    describe(api, { journal, canary }) {
      const record = {
        ...(api.function ? { functionName: api.function.name } : {}),
        ...(journal ? { journalFunction: journal.functionName } : {}),
        restApiId: api.restApi.id,
        description,
        keep: args.keepVersions ?? LEAST_KEPT,
        ...(canary ? { canary } : {}),
      } satisfies pulumi.Inputs &
        Record<keyof Omit<ApiRecord, "functionName" | "journalFunction" | "canary">, unknown>;
      parameter("api", pulumi.jsonStringify(record), false);
    },
  };
}
