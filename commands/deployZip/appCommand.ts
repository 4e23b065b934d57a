import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { STATUS_FOLDER } from "../../callbacks/delivery/zipToLambdaPipeline/uploads/appName";
import { CommandError } from "../commandError";
import type { Terminal } from "../terminal";
import { deployZip, type DeployContext } from "./deployZip";
import type { AppOptions } from "./options";
import { askWorker, findPipeline, type FoundPipeline } from "./pipelines";
import { readStatus } from "./readStatus";

export interface AppContext extends DeployContext {
  readonly terminal: Pick<Terminal, "confirm">;
}

/**
 * Runs a command for apps.
 *
 * @throws CommandError with a message for the user.
 */
export async function appCommand(options: AppOptions, context: AppContext): Promise<void> {
  if (options.command === "deploy-zip") return deployZip(options, context);
  const pipeline = await findPipeline(context.clients, options);
  switch (options.command) {
    case "apps":
      return listApps(pipeline, context);
    case "rollback-app":
      return rollBack(options, pipeline, context);
    case "remove-app":
      return remove(options, pipeline, context);
  }
}

async function listApps(
  { name, bucketName: Bucket, functionPrefix }: FoundPipeline,
  { clients: { s3 }, print }: AppContext,
): Promise<void> {
  print(`Pipeline ${name}: s3://${Bucket}/apps/<app>.zip becomes ${functionPrefix}<app>:LIVE`);
  let count = 0;
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket, Prefix: STATUS_FOLDER },
  ))
    for (const { Key = "" } of Contents) {
      const status = await readStatus(s3, Bucket, Key);
      if (!status) continue;
      count += 1;
      const { app, key, state, live, at, reason } = status;
      const version = live === undefined ? "" : `LIVE ${live}`;
      const why = reason === undefined ? "" : `  ${reason}`;
      const time = at.slice(0, 19).replace("T", " ");
      print(`${time}  ${(app || key).padEnd(24)} ${state.padEnd(9)} ${version.padEnd(9)}${why}`);
    }
  if (count === 0) print("Nothing was uploaded yet.");
}

async function rollBack(
  { app, to }: Extract<AppOptions, { command: "rollback-app" }>,
  pipeline: FoundPipeline,
  { clients, print }: AppContext,
): Promise<void> {
  const rollback = { app, ...(to === undefined ? {} : { to }) };
  const answer = await askWorker(clients, pipeline, { rollback });
  if (!("live" in answer)) return;
  print(`LIVE of ${app} went from version ${answer.before} back to ${answer.live}.`);
  print("The next upload moves it on from there.");
}

async function remove(
  { app, yes }: Extract<AppOptions, { command: "remove-app" }>,
  pipeline: FoundPipeline,
  { clients, print, terminal }: AppContext,
): Promise<void> {
  const functionName = pipeline.functionPrefix + app;
  if (!yes) {
    const agreed = await terminal.confirm(`Delete the function ${functionName}?`);
    if (agreed === undefined)
      throw new CommandError(
        "Nothing was changed: there is no terminal to ask for confirmation; give --yes.",
      );
    if (!agreed) throw new CommandError("Nothing was changed.");
  }
  const answer = await askWorker(clients, pipeline, { remove: { app } });
  const removed = "removed" in answer && answer.removed;
  print(removed ? `${functionName} is deleted.` : `There was no function ${functionName}.`);
}
