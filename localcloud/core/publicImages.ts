import { createHash } from "node:crypto";

/** Names of AWS's public parameters whose value is the id of an image. */
const IMAGES =
  /^\/aws\/service\/((ami-(amazon-linux|windows)-latest|debian|marketplace)\/.+|.+\/(image_id|ami-id))$/;

/**
 * Returns the image id of a public parameter, always the same for one name; undefined for names without an image.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-finding-public-parameters.html
 */
export function publicImageId(parameter: string): string | undefined {
  if (!IMAGES.test(parameter)) return undefined;
  return `ami-0${createHash("sha256").update(parameter).digest("hex").slice(0, 16)}`;
}
