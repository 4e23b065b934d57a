import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type ApiNames, withFormerName, prefixesOf } from "./names";
import { argumentError } from "../validation";

/** Creates one API resource for each segment of the paths; returns the ids by path. `/` is the API's root resource. */
export function createPaths(
  names: ApiNames,
  { restApi, paths }: { restApi: aws.apigateway.RestApi; paths: readonly string[] },
  opts: pulumi.CustomResourceOptions,
): ReadonlyMap<string, pulumi.Output<string>> {
  const ids = new Map<string, pulumi.Output<string>>();
  for (const path of paths) {
    let parentId = restApi.rootResourceId;
    for (const prefix of prefixesOf(path)) {
      const named = names.resource(prefix);
      const pathPart = prefix.slice(prefix.lastIndexOf("/") + 1);
      const args = { restApi: restApi.id, parentId, pathPart };
      parentId =
        ids.get(prefix) ??
        new aws.apigateway.Resource(named.name, args, withFormerName(named, opts)).id;
      ids.set(prefix, parentId);
    }
  }
  return ids;
}

/**
 * Refuses paths that API Gateway would refuse in the middle of an update: two parameters at the same place, and
 * anything below a greedy parameter.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
 */
export function checkPaths(
  resource: pulumi.Resource,
  routes: readonly { readonly path: string }[],
): void {
  const parameters = new Map<string, string>();
  for (const [index, { path }] of routes.entries()) {
    const refuse = (says: string): never => {
      throw argumentError(resource, `routes[${index}].path`, path, says);
    };
    for (const prefix of prefixesOf(path)) {
      const end = prefix.lastIndexOf("/");
      const [parent, part] = [prefix.slice(0, end), prefix.slice(end + 1)];
      if (!part.startsWith("{")) continue;
      const other = parameters.get(parent) ?? part;
      if (other !== part)
        refuse(
          `${parent || "/"} has the parameter ${other} in the place of ${part}, but API Gateway allows only one name there; ` +
            "use the same name in all paths",
        );
      if (part.endsWith("+}") && prefix !== path)
        refuse(`${part} takes the rest of the path, so nothing can follow it`);
      parameters.set(parent, part);
    }
  }
}
