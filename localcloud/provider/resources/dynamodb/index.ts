import type { ResourceType } from "../../types";
import { table } from "./table";

export const DYNAMODB_RESOURCES: readonly ResourceType[] = [table];
