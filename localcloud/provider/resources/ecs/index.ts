import type { ResourceType } from "../../types";
import { capacityProvider, clusterCapacityProviders } from "./capacity";
import { cluster } from "./cluster";
import { ecsService } from "./service";
import { taskDefinition } from "./taskDefinition";

export const ECS_RESOURCES: readonly ResourceType[] = [
  cluster,
  taskDefinition,
  ecsService,
  capacityProvider,
  clusterCapacityProviders,
];
