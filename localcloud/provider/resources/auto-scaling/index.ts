import type { ResourceType } from "../../types";
import { group } from "./group";
import { lifecycleHook } from "./lifecycleHook";

export const AUTO_SCALING_RESOURCES: readonly ResourceType[] = [group, lifecycleHook];
