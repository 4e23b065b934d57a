import type * as sdk from "@aws-sdk/client-s3";
import { awsClient } from "../mapped/resource";
import type { Properties } from "../types";

export const s3 = awsClient(() => require("@aws-sdk/client-s3") as typeof sdk);

/** Members of every setting of a bucket: its id is the bucket's name, and goes with the bucket. */
export const ofBucket = {
  id: ({ bucket }: { bucket: string }): string => bucket,
  importKey: (id: string): { bucket: string } => ({ bucket: id }),
  replaceOn: ["bucket"],
  /** Answers do not name the bucket. */
  outputsFrom: (found: Properties, bucket: string): Properties | undefined => ({
    ...found,
    bucket,
  }),
};

export const NO_BUCKET = "NoSuchBucket";
