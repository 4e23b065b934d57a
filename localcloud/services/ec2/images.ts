import { publicImageId } from "../../core/publicImages";
import { ec2Error, invalidParameter } from "./api";

const BY_PARAMETER = "resolve:ssm:";

/**
 * Returns the id of the image in a launch request: the given id, or for one of AWS's public parameters a fixed image
 * of this cloud.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
 */
export function imageId(given = ""): string {
  if (given.startsWith(BY_PARAMETER)) return imageOf(given.slice(BY_PARAMETER.length));
  if (/^ami-[0-9a-f]{8,17}$/.test(given)) return given;
  throw ec2Error("InvalidAMIID.Malformed", `Invalid id: "${given}" (expecting "ami-...")`);
}

function imageOf(parameter: string): string {
  const id = publicImageId(parameter);
  if (id !== undefined) return id;
  throw invalidParameter(
    `This cloud resolves AWS's public parameters of images (/aws/service/...) only, not '${parameter}'.`,
  );
}
