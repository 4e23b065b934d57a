import { createHash } from "node:crypto";
import { FAMILIES, type ImageFamily } from "./publicImageFamilies";

/** One of AWS's public images. */
export interface PublicImage extends Omit<ImageFamily, "names" | "parameters" | "releases"> {
  readonly id: string;
  readonly name: string;
  /** Name of the public parameter with its id; only the newest release has one. */
  readonly parameter?: string;
  readonly createdAt: Date;
}

/** Names of AWS's public parameters whose value is the id of an image. */
const IMAGES =
  /^\/aws\/service\/((ami-(amazon-linux|windows)-latest|debian|marketplace)\/.+|.+\/(image_id|ami-id))$/;

/**
 * Returns the image id of a public parameter, always the same for one name; undefined for names without an image.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-finding-public-parameters.html
 */
export function publicImageId(parameter: string): string | undefined {
  const known = BY_PARAMETER.get(parameter);
  if (known) return known.id;
  return IMAGES.test(parameter) ? idOf(parameter) : undefined;
}

/** Returns the image that a public parameter names; undefined for one that this cloud knows by its id only. */
export function publicImage(parameter: string): PublicImage | undefined {
  return BY_PARAMETER.get(parameter);
}

/** AWS's public images that this cloud can describe: the newest release of each kind and the one before. */
export const PUBLIC_IMAGES: readonly PublicImage[] = FAMILIES.flatMap(imagesOf);

const BY_PARAMETER = new Map(
  FAMILIES.flatMap(({ parameters }) => {
    const newest = PUBLIC_IMAGES.find(({ parameter }) => parameter === parameters[0]);
    return newest ? parameters.map((parameter) => [parameter, newest] as const) : [];
  }),
);

function imagesOf({ names, parameters, releases, ...family }: ImageFamily): PublicImage[] {
  const [parameter] = parameters;
  return releases.map(({ version, createdAt }, index): PublicImage => {
    const isNewest = index === releases.length - 1;
    return {
      ...family,
      id: idOf(isNewest ? parameter : `${parameter} ${version}`),
      name: names.replace("*", version),
      createdAt: new Date(createdAt),
      ...(isNewest && { parameter }),
    };
  });
}

function idOf(text: string): string {
  return `ami-0${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}
