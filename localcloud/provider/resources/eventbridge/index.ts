import type { ResourceType } from "../../types";
import { eventRule } from "./rule";
import { eventTarget } from "./target";

export const EVENTBRIDGE_RESOURCES: readonly ResourceType[] = [eventRule, eventTarget];
