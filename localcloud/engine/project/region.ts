import { closest } from "../../core/closest";
import { ProjectError } from "./projectError";

/**
 * Names of regions without their number: AWS adds regions, but rarely with a new place name.
 * https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
const PLACES = [
  ...["us-east", "us-west", "us-gov-east", "us-gov-west", "ca-central", "ca-west", "mx-central"],
  ...["sa-east", "eu-central", "eu-west", "eu-north", "eu-south", "eusc-de-east", "il-central"],
  ...["me-south", "me-central", "af-south", "ap-east", "ap-south", "ap-northeast", "ap-southeast"],
  ...["cn-north", "cn-northwest", "us-iso-east", "us-iso-west", "us-isob-east", "us-isof-south"],
];

/**
 * Refuses texts that are not a region, and misspelled ones; a new place name that resembles no known one is accepted.
 */
export function checkRegion(region: string, file: string): void {
  const [, place, number] = /^([a-z]+(?:-[a-z]+)+)-(\d)$/.exec(region) ?? [];
  if (place !== undefined && PLACES.includes(place)) return;
  const near = closest(place ?? region.replace(/-?\d*$/, ""), PLACES);
  if (place !== undefined && near === undefined) return;
  const suggestion = near === undefined ? "such as us-east-1" : `${near}-${number ?? 1}`;
  throw new ProjectError(
    `${file}: aws:region '${region}' is not an AWS region; ` +
      (near === undefined ? `write one ${suggestion}.` : `did you mean '${suggestion}'?`),
  );
}
