import { PutMetricFilterCommand } from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { GROUP, LogsCloud } from "./logsCloud";

describe("cloudwatch logs", () => {
  let logs: LogsCloud;
  beforeEach(async () => (logs = await LogsCloud.start()));
  afterEach(() => logs.close());

  describe("metric filters", () => {
    it("count matches and extract values, with dimensions", async () => {
      await logs.makeStreams("s");
      await logs.client.send(
        new PutMetricFilterCommand({
          logGroupName: GROUP,
          filterName: "errors",
          filterPattern: '{ $.level = "ERROR" }',
          metricTransformations: [
            {
              metricName: "Latency",
              metricNamespace: "App",
              metricValue: "$.ms",
              dimensions: { Path: "$.path" },
            },
          ],
        }),
      );
      const after = logs.cloud.recorder.last;
      await logs.put("s", [
        '{"level":"ERROR","ms":12,"path":"/a"}',
        '{"level":"INFO","ms":99,"path":"/a"}',
        '{"level":"ERROR","ms":"none","path":"/a"}',
        '{"level":"ERROR","ms":5}',
      ]);
      const [call] = logs.cloud.recorder.find({ operation: "PutMetricData", after });
      expect(call).to.deep.include({ outcome: "ok", service: "cloudwatch" });
      expect(call.principal).to.include({ type: "service", service: "logs.amazonaws.com" });
      expect(call.input).to.have.deep.property("MetricData", [
        {
          MetricName: "Latency",
          Timestamp: logs.cloud.clock.date(),
          Value: 12,
          Unit: "None",
          Dimensions: [{ Name: "Path", Value: "/a" }],
        },
      ]);
    });

    it("report their default value for a minute without a match", async () => {
      await logs.makeStreams("s");
      await logs.client.send(
        new PutMetricFilterCommand({
          logGroupName: GROUP,
          filterName: "errors",
          filterPattern: "ERROR",
          metricTransformations: [
            { metricName: "Errors", metricNamespace: "App", metricValue: "1", defaultValue: 0 },
          ],
        }),
      );
      const values = async (message: string): Promise<unknown> => {
        const after = logs.cloud.recorder.last;
        await logs.put("s", [message]);
        const [call] = logs.cloud.recorder.find({ operation: "PutMetricData", after });
        return (call.input as { MetricData: { Value: number }[] }).MetricData.map(
          (one) => one.Value,
        );
      };
      expect(await values("all well")).to.deep.equal([0]);
      expect(await values("ERROR")).to.deep.equal([1]);
    });

    it("are refused with an invalid pattern", async () => {
      await logs.makeStreams();
      await expectAwsError(
        logs.client.send(
          new PutMetricFilterCommand({
            logGroupName: GROUP,
            filterName: "bad",
            filterPattern: "{ $.level = }",
            metricTransformations: [{ metricName: "M", metricNamespace: "App", metricValue: "1" }],
          }),
        ),
        "InvalidParameterException",
      );
    });
  });
});
