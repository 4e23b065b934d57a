import type { ResourceType } from "../types";
import { S3_BUCKET } from "./s3Bucket";
import { S3_NOTIFICATION } from "./s3Notification";
import { S3_OBJECTS } from "./s3Object";
import { S3_SETTINGS } from "./s3Settings";

export const S3_RESOURCES: readonly ResourceType[] = [
  ...S3_BUCKET,
  ...S3_SETTINGS,
  ...S3_NOTIFICATION,
  ...S3_OBJECTS,
];
