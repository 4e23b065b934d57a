import * as aws from "@pulumi/aws";
import { StagedApi } from "../../../../components";

/** Variables that a test changes between two deployments. */
const { WORD = "Hello", TEMPLATE, BREAKS, CANARY = "watched" } = process.env;
const word = WORD;
const breaks = BREAKS === "true";

/** Keeps the state that a test sets: nothing publishes its metric. */
const latency = new aws.cloudwatch.MetricAlarm("latency", {
  namespace: "Shop",
  metricName: "Latency",
  statistic: "Average",
  comparisonOperator: "GreaterThanThreshold",
  threshold: 100,
  period: 60,
  evaluationPeriods: 1,
  treatMissingData: "ignore",
});

const api = new StagedApi("greeting", {
  routes: [
    {
      method: "GET",
      path: "/greeting",
      requestParameters: { "querystring.name": false },
      requestTemplate: TEMPLATE,
      callback: async ({ name, politely }: { name: string; politely?: boolean }) => {
        if (breaks && name === "500") throw new Error("broken");
        if (breaks && name === "404") throw new Error("[404] nothing there");
        return { message: `${word}, ${politely ? "dear " : ""}${name}!` };
      },
    },
  ],
  permissions: [],
  alarmActions: [],
  stages: { prod: { throttling: { rateLimit: 10_000, burstLimit: 5_000 } } },
  canary: CANARY === "watched" && {
    alarms: [latency.arn],
    decide: async ({ percent, now, since }, usual) => {
      if (percent === 66 && now.getTime() - since.getTime() >= 180_000)
        return { stop: "three minutes of 66 % are enough" };
      if (percent === 67) return new Promise<never>(() => undefined);
      // As in a plain JavaScript program that forgets the return value.
      if (percent === 68) return undefined as never;
      if (percent === 69) for (;;);
      return usual;
    },
  },
});

export const prodUrl = api.prodUrl;
export const latencyAlarm = latency.name;
