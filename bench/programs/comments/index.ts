import type * as pulumi from "@pulumi/pulumi";
import { CallbackFunction, CommentsDynamoProxy } from "../../../components";

// BENCH_INSTANCES instances of every component; the first API has no effective throttling.
const instances = Number(process.env.BENCH_INSTANCES ?? 1);
const throttling = { rateLimit: 10_000, burstLimit: 5_000 };
const urls: pulumi.Output<string>[] = [];
for (let number = 1; number <= instances; number += 1) {
  urls.push(new CommentsDynamoProxy(`comments${number}`, { alarmActions: [], throttling }).url);
  new CallbackFunction(`function${number}`, {
    callback: async (event: unknown) => ({ number, event }),
    permissions: [],
    alarmActions: [],
  });
}

export const url = urls[0];
