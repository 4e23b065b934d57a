import * as aws from "@pulumi/aws";
import type { CallbackFunction } from "../../function/callbackFunction";
import { childName } from "../../names";
import type { StagedApi } from "./stagedApi";
import { STAGES } from "./args";

/**
 * Where no alias moves with prod, one that nobody calls says what is under way. Of all that a move of prod touches
 * only an alias is changed on condition (RevisionId): a lock in Parameter Store could be made by one of two
 * (`Overwrite: false`), but not be taken over by one of two when its owner was killed, and API Gateway has no
 * condition at all. https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
 *
 * @returns undefined where the API has a function: alias PROD of that does it.
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
