import type { AvailabilityZone } from "@aws-sdk/client-ec2";
import type * as Sdk from "@aws-sdk/client-ec2";
import type { OperationOf } from "../../../entities/api";
import { invalidParameter } from "../api";
import { checkFilters, matches } from "../queries/filters";
import { type Ec2Store, ZONES } from "../store";

const OPERATION = "DescribeAvailabilityZones";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html */
export const describeAvailabilityZones: OperationOf<typeof Sdk, Ec2Store, typeof OPERATION> = {
  run({ ZoneNames: names = [], ZoneIds: ids = [], Filters }, { region }) {
    checkFilters(OPERATION, Filters);
    const all = ZONES.map((letter, index) => zone(region, letter, index));
    const known = all.flatMap(({ ZoneName, ZoneId }) => [ZoneName, ZoneId]);
    const missing = [...names, ...ids].filter((name) => !known.includes(name));
    if (missing.length > 0)
      throw invalidParameter(`Invalid availability zone: [${missing.join(", ")}]`);
    return {
      AvailabilityZones: all.filter(
        ({ ZoneName = "", ZoneId = "", ...shape }) =>
          (names.length === 0 || names.includes(ZoneName)) &&
          (ids.length === 0 || ids.includes(ZoneId)) &&
          matches({ shape: { ZoneName, ZoneId, ...shape }, tags: new Map() }, OPERATION, Filters),
      ),
    };
  },
};

function zone(region: string, letter: string, index: number): AvailabilityZone {
  return {
    ZoneName: `${region}${letter}`,
    ZoneId: `${region.replace(/^(\w\w)-(\w)\w*-(\d)$/, "$1$2$3")}-az${index + 1}`,
    RegionName: region,
    GroupName: region,
    State: "available",
    ZoneType: "availability-zone",
    OptInStatus: "opt-in-not-required",
  };
}
