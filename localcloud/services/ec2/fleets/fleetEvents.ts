import type { EventInformation } from "@aws-sdk/client-ec2";
import { formatArn } from "../../../core/arn";
import { sendToEventBridge } from "../../../core/reports";
import type { StoreScope } from "../../../core/service";
import type { Fleet } from "./model";

const KINDS = {
  fleetRequestChange: "State Change",
  instanceChange: "Instance Change",
  information: "Information",
  error: "Error",
} as const;

/** Name of a change of the request in the history of each kind of fleet. */
const CHANGE = { spotFleet: "fleetRequestChange", ec2Fleet: "fleet-change" } as const;
const INSTANCE = { spotFleet: "instanceChange", ec2Fleet: "instance-change" } as const;
const ERROR = { spotFleet: "error", ec2Fleet: "service-error" } as const;

/** Returns the type's name in the API: `fleetRequestChange` of a Spot Fleet is `fleet-change` of an EC2 Fleet. */
function nameIn(fleet: Fleet, kind: keyof typeof KINDS): string {
  if (kind === "fleetRequestChange") return CHANGE[fleet.kind];
  if (kind === "instanceChange") return INSTANCE[fleet.kind];
  return kind === "error" ? ERROR[fleet.kind] : kind;
}

/**
 * Records an event of a fleet in its history, and sends it to EventBridge.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-event-types.html
 */
export function happen(
  scope: StoreScope,
  fleet: Fleet,
  kind: keyof typeof KINDS,
  {
    subType,
    instanceId,
    description,
  }: {
    readonly subType: string;
    readonly instanceId?: string;
    readonly description?: string;
  },
): void {
  const Timestamp = scope.clock.date();
  const EventInformation: EventInformation = {
    EventSubType: subType,
    ...(instanceId !== undefined && { InstanceId: instanceId }),
    ...(description !== undefined && { EventDescription: description }),
  };
  fleet.history.push({
    EventType: nameIn(fleet, kind) as "information",
    EventInformation,
    Timestamp,
  });
  const isSpot = fleet.kind === "spotFleet";
  const path = isSpot ? "spot-fleet-request" : "fleet";
  void sendToEventBridge(scope, "ec2.amazonaws.com", {
    Source: isSpot ? "aws.ec2spotfleet" : "aws.ec2fleet",
    DetailType: `${isSpot ? "EC2 Spot Fleet" : "EC2 Fleet"} ${KINDS[kind]}`,
    Resources: [formatArn("ec2", scope, `${path}/${fleet.id}`)],
    Detail: {
      "sub-type": subType,
      ...(instanceId !== undefined && { "instance-id": instanceId }),
      ...(description !== undefined && { description }),
    },
    Time: Timestamp,
  });
}
