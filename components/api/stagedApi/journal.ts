import * as aws from "@pulumi/aws";
import type { CallbackFunction } from "../../function/callbackFunction";
import { childName } from "../../names";
import type { StagedApi } from "./stagedApi";
import { STAGES } from "./args";

/**
 * Creates an alias that nobody calls, whose description records the move of prod that is under way. It is needed where
 * no alias moves with prod. Of everything that a move of prod changes, only an alias supports conditional updates
 * (RevisionId). A lock in Parameter Store could be created by exactly one caller (`Overwrite: false`), but after its
 * owner was killed two callers could both take it over. API Gateway has no conditional updates at all.
 * https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
 *
 * @returns undefined if the API has a function: its alias PROD then holds the record.
 */
export function createJournal(
  self: StagedApi,
  name: string,
  release: CallbackFunction,
): aws.lambda.Alias | undefined {
  if (self.function) return undefined;
  return new aws.lambda.Alias(
    childName(name, "journal"),
    { name: STAGES.prod, functionName: release.name, functionVersion: "$LATEST" },
    { parent: self, ignoreChanges: ["description"] },
  );
}
