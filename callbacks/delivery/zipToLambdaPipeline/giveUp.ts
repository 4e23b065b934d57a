import { GetFunctionCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { describeVersion, unlessGone } from "./deploy/appFunction";
import { LIVE } from "./deploy/live";
import { type AppRecord, storeOf } from "./record/appRecord";
import { claim } from "./record/claim";
import { conclude, type EndContext, supersede } from "./report/conclude";
import type { Reporting } from "./report/report";
import type { UploadStatus } from "./report/status";
import { reportGivenUp, tried } from "./report/reportFailure";
import { appNameOf } from "./uploads/appName";
import type { Upload } from "./uploads/upload";

export const deploymentOnlyModule = true;

export interface GiveUpContext extends Reporting {
  readonly reason: string;
  /** Whether SQS removes the message after this receive. */
  readonly isLast: boolean;
}

const FIX =
  "fix what it names, then move the message back from the dead-letter queue, or upload the zip again";

/**
 * Ends an upload after its last try. Does not read its zip: a zip that crashed the worker cannot crash it again.
 *
 * @returns whether an operator must check it: false for an upload that has already ended otherwise.
 * @throws while another worker is working on the app, unless SQS removes the message now.
 */
export async function giveUp(upload: Upload, giving: GiveUpContext): Promise<boolean> {
  const { config, deps, context, reason, isLast } = giving;
  const named = appNameOf(upload.key, config.functionPrefix);
  if (!("name" in named)) return true;
  const why = { code: "failed", reason, fix: FIX };
  const now = deps.now();
  const until = now + context.getRemainingTimeInMillis();
  const lease = { name: named.name, owner: context.awsRequestId ?? "", until };
  const claimed = await tried("whose turn it is", () => claim(storeOf(giving), lease, upload, now));
  switch (claimed?.kind) {
    case "done":
      return false;
    case "superseded":
      await supersede(upload, lease, giving);
      return false;
    case "ours":
      try {
        await end({ ...giving, upload, lease, turn: claimed.turn }, claimed.record, why);
        return true;
      } catch (error) {
        if (!isLast) throw error;
      }
      break;
    case "busy":
      if (!isLast) throw new Error(`another upload of ${lease.name} is in progress`);
      break;
    case undefined: // The table did not answer: only the status reports the end.
      break;
  }
  await reportGivenUp(upload, giving, why);
  return true;
}

async function end(
  ending: EndContext,
  record: AppRecord,
  why: Partial<UploadStatus> & { readonly reason: string },
): Promise<void> {
  const { clients, config, upload, lease } = ending;
  const live = await liveOf(clients.lambda, config.functionPrefix + lease.name);
  const goesOn = live ? { live: live.version } : {};
  if (live?.description !== describeVersion(upload)) {
    await conclude(ending, "rejected", { record, status: { ...why, ...goesOn }, isGivenUp: true });
    return;
  }
  const notes = [
    `LIVE serves it, but its address and its queue of failures may be missing (${why.reason}): upload the zip again`,
  ];
  await conclude(ending, "deployed", {
    record,
    status: { ...goesOn, version: live.version, notes },
  });
}

/** Reads LIVE: a worker that crashed right after LIVE moved has deployed its zip. */
async function liveOf(
  lambda: LambdaClient,
  FunctionName: string,
): Promise<{ readonly version: string; readonly description: string } | undefined> {
  const input = { FunctionName, Qualifier: LIVE };
  const found = await tried("what is live", () =>
    unlessGone(() => lambda.send(new GetFunctionCommand(input))),
  );
  const { Version = "", Description = "" } = found?.Configuration ?? {};
  return found && { version: Version, description: Description };
}
