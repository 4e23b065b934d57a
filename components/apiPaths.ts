import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { childName } from "./names";

/** One API resource for each segment of the paths; returns the ids by path. `/` is the API's own root. */
export function createPaths(
  parent: pulumi.Resource,
  name: string,
  restApi: aws.apigateway.RestApi,
  paths: readonly string[],
): Record<string, pulumi.Output<string>> {
  const ids: Record<string, pulumi.Output<string>> = { "/": restApi.rootResourceId };
  for (const path of paths) {
    let parentId = restApi.rootResourceId;
    let prefix = "";
    for (const pathPart of path.split("/").filter(Boolean)) {
      prefix = `${prefix}/${pathPart}`;
      ids[prefix] ??= new aws.apigateway.Resource(
        childName(name, pathName(prefix)),
        { restApi: restApi.id, parentId, pathPart },
        { parent },
      ).id;
      parentId = ids[prefix];
    }
  }
  return ids;
}

/** `/comments/{pageId}` -> `comments-by-pageId` */
export function pathName(path: string, suffix?: string): string {
  const name = path
    .slice(1)
    .split("/")
    .map((part) => part.replace(/^\{(.*)\}$/, "by-$1"))
    .join("-");
  return suffix ? `${name}-${suffix}` : name;
}
