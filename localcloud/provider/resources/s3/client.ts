import type * as sdk from "@aws-sdk/client-s3";
import { awsClient } from "../../mapped/resource";
import type { Properties } from "../../types";

export const s3 = awsClient(() => require("@aws-sdk/client-s3") as typeof sdk);

/** Members that every setting of a bucket has: its id is the bucket's name, and it is deleted with the bucket. */
export const ofBucket = {
  id: ({ bucket }: { bucket: string }): string => bucket,
  importKey: (id: string): { bucket: string } => ({ bucket: id }),
  replaceOn: ["bucket"],
  /** Answers do not contain the bucket's name. */
  outputsFrom: (found: Properties, bucket: string): Properties | undefined => ({
    ...found,
    bucket,
  }),
};

export const NO_BUCKET = "NoSuchBucket";
