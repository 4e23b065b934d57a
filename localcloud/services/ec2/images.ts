import { PUBLIC_IMAGES, publicImageId } from "../../core/publicImages";
import { ec2Error, invalidParameter } from "./api";
import { architectureOf } from "./instanceTypes";

const BY_PARAMETER = "resolve:ssm:";

/**
 * Returns the id of the image in a launch request: the given id, or for one of AWS's public parameters a fixed image
 * of this cloud.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
 */
export function imageId(given = ""): string {
  if (given.startsWith(BY_PARAMETER)) return imageOf(given.slice(BY_PARAMETER.length));
  checkImageId(given);
  return given;
}

/** Texts from https://github.com/test-kitchen/kitchen-ec2/issues/230, https://github.com/hashicorp/terraform/issues/22172 */
export function checkImageId(id: string): void {
  if (/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) return;
  const expected = id.startsWith("ami-") ? "" : ` (expecting "ami-...")`;
  throw ec2Error("InvalidAMIID.Malformed", `Invalid id: "${id}"${expected}`);
}

/**
 * Refuses an instance type of another architecture than the image. Images of which only the id is known fit each type.
 * Text from https://github.com/skypilot-org/skypilot/issues/6315
 */
export function checkArchitecture(image: string, instanceType: string): void {
  const wanted = PUBLIC_IMAGES.find(({ id }) => id === image)?.architecture;
  const given = architectureOf(instanceType);
  if (wanted === undefined || given === undefined || wanted === given) return;
  throw invalidParameter(
    `The architecture '${given}' of the specified instance type does not match the architecture '${wanted}' of the ` +
      "specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can " +
      "use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.",
  );
}

function imageOf(parameter: string): string {
  const id = publicImageId(parameter);
  if (id !== undefined) return id;
  throw invalidParameter(
    `This cloud resolves AWS's public parameters of images (/aws/service/...) only, not '${parameter}'.`,
  );
}
