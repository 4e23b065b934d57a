import { preconditionFailed } from "./errors";
import type { LambdaFunction } from "./model";

/** Refuses a change that expects another revision of the function. */
export function checkRevision({ latest }: LambdaFunction, revisionId: string | undefined): void {
  if (revisionId === undefined || revisionId === latest.revisionId) return;
  throw preconditionFailed(
    "The Revision Id provided does not match the latest Revision Id. " +
      "Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
  );
}
