import type { AwsError } from "../../../core/errors";
import { PUBLIC_IMAGES, publicImageId } from "../../../core/publicImages";
import { ec2Error, invalidParameter } from "../api";
import { architectureOf } from "./instanceTypes";
import type { Ec2Store } from "../store";

const BY_PARAMETER = "resolve:ssm:";

/**
 * Returns the id of the image in a launch request: the given id, or for one of AWS's public parameters a fixed image
 * of this cloud. Any id may be an image that the user has on AWS, unless it was deregistered here.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
 */
export function imageId(given: string, store: Ec2Store): string {
  if (given.startsWith(BY_PARAMETER)) return imageOf(given.slice(BY_PARAMETER.length));
  checkImageId(given);
  if (store.deregistered.has(given)) throw unknownImages([given]);
  return given;
}

/** Texts from https://github.com/n8n-io/n8n-benchmarking/issues/5 */
export function unknownImages(ids: readonly string[]): AwsError {
  const [what, verb] = ids.length === 1 ? ["image id", "does"] : ["image ids", "do"];
  return ec2Error("InvalidAMIID.NotFound", `The ${what} '[${ids.join(", ")}]' ${verb} not exist`);
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
export function checkArchitecture(image: string, instanceType: string, store: Ec2Store): void {
  const wanted =
    store.images.get(image)?.shape.Architecture ??
    PUBLIC_IMAGES.find(({ id }) => id === image)?.architecture;
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
