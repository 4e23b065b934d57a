import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { FunctionSettings, FunctionVersion, LambdaFunction } from "./model";
import type { LambdaContext } from "./resolve";

/** Publishes `$LATEST` as a new version. Returns the newest version if nothing has changed since it was published. */
export function publish(
  target: LambdaFunction,
  context: Pick<LambdaContext, "clock">,
  description?: string,
): FunctionVersion {
  const { settings } = target.latest;
  const newest = target.published.at(-1);
  if (newest && newest.version === String(target.lastPublished) && sameAs(newest, settings))
    return newest;
  const published = description === undefined ? settings : { ...settings, description };
  const version: FunctionVersion = {
    functionName: target.name,
    version: String((target.lastPublished += 1)),
    settings: published,
    deployed: published,
    revisionId: randomUUID(),
    lastModified: context.clock.date(),
  };
  target.published.push(version);
  return version;
}

/** Checks whether two settings are the same apart from the description, which publishing may have replaced. */
function sameAs(version: FunctionVersion, settings: FunctionSettings): boolean {
  const comparable = ({ code, ...rest }: FunctionSettings): object => ({
    ...rest,
    description: undefined,
    sha256: code.sha256,
    source: code.source,
  });
  return isDeepStrictEqual(comparable(version.settings), comparable(settings));
}
