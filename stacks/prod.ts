import { comments, type Outputs, type Settings } from "./common";

/** What customers use. */
export function prod(settings: Settings): Outputs {
  const { url, tableName } = comments(settings);
  return { commentsUrl: url, commentsTableName: tableName };
}
