import { formatArn } from "../../../core/arn";
import { publicImage, publicImageId } from "../../../core/publicImages";
import type { StoreScope } from "../../../core/service";
import type { ParameterVersion, StoredParameter } from "../store";

const RECOMMENDED = /^\/aws\/service\/ecs\/optimized-ami\/.+\/recommended$/;

/**
 * Returns one of AWS's public parameters: the id of an image, or the description of an ECS-optimized image, here with
 * its id and, if it is known, its name only. Its ARN has no account.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html
 */
export function publicParameter(
  name: string,
  { region, createdAt }: Pick<StoreScope, "region"> & { readonly createdAt: Date },
): StoredParameter | undefined {
  const id = publicImageId(name);
  const value = id ?? (RECOMMENDED.test(name) ? descriptionOf(name) : undefined);
  if (value === undefined) return undefined;
  const version: ParameterVersion = {
    version: 1,
    type: "String",
    value,
    tier: "Standard",
    dataType: id === undefined ? "text" : "aws:ec2:image",
    lastModifiedDate: createdAt,
    lastModifiedUser: "",
    labels: new Set(),
  };
  const arn = formatArn("ssm", { region, accountId: "" }, `parameter${name}`);
  return { name, arn, versions: [version], tags: new Map() };
}

function descriptionOf(name: string): string {
  const parameter = `${name}/image_id`;
  const image_name = publicImage(parameter)?.name;
  return JSON.stringify({ schema_version: 1, image_name, image_id: publicImageId(parameter) });
}
