import type { ResourceType } from "../../types";
import { S3_BUCKET } from "./bucket";
import { S3_NOTIFICATION } from "./notification";
import { S3_OBJECTS } from "./object";
import { S3_SETTINGS } from "./settings";

export const S3_RESOURCES: readonly ResourceType[] = [
  ...S3_BUCKET,
  ...S3_SETTINGS,
  ...S3_NOTIFICATION,
  ...S3_OBJECTS,
];
