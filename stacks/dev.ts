import { comments, type Outputs, type Settings, traceFunction } from "./common";

/** Everything there is to try, on a developer's own account or on the local cloud. */
export function dev(settings: Settings): Outputs {
  const { url, tableName } = comments(settings);
  const { name } = traceFunction(settings);
  return { commentsUrl: url, commentsTableName: tableName, traceFunctionName: name };
}
