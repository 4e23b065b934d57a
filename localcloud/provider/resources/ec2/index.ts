import type { ResourceType } from "../../types";
import { fleet } from "./fleet";
import { instance } from "./instance";
import { keyPair } from "./keyPair";
import { launchTemplate } from "./launchTemplate";
import { networkInterface, networkInterfaceAttachment } from "./networkInterface";
import { subnet, vpc } from "./networks";
import { securityGroup } from "./securityGroup";
import { spotFleetRequest } from "./spotFleetRequest";
import { vpcEndpoint } from "./vpcEndpoint";

export const EC2_RESOURCES: readonly ResourceType[] = [
  subnet,
  vpc,
  networkInterface,
  networkInterfaceAttachment,
  securityGroup,
  vpcEndpoint,
  launchTemplate,
  instance,
  keyPair,
  fleet,
  spotFleetRequest,
];
