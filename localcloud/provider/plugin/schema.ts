import { findResourceType, resourceTokens } from "../resources";

/**
 * Returns the part of the package schema that `pulumi import` needs to write code for imported resources: the resource
 * types with the names of their inputs. Types of values are in @pulumi/aws.
 * https://www.pulumi.com/docs/iac/guides/building-extending/providers/pulumi-provider-schema/
 */
export function packageSchema(version: string): string {
  const resources = resourceTokens().map((token): [string, object] => {
    const { inputs = [], required = [] } = findResourceType(token) ?? {};
    const properties = Object.fromEntries(
      [...inputs, "region"].map((name) => [name, { $ref: "pulumi.json#/Any" }]),
    );
    return [token, { inputProperties: properties, requiredInputs: required, properties, required }];
  });
  return JSON.stringify({
    name: "aws",
    version,
    // `aws:sqs/queue:Queue` is `aws.sqs.Queue` in a program.
    meta: { moduleFormat: "(.*)(?:/[^/]*)" },
    resources: Object.fromEntries(resources),
  });
}
