import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { CallbackFunction } from "../../../../components";
import { pollableArn } from "../../../../components/function/triggers/queueSource";
import { componentGraph } from "../../../support/graph/componentGraph";
import { mockPulumi, unwrap } from "../../../support/graph/pulumiMocks";

describe("A queue that a function receives from", () => {
  const arnFor = (visibilityTimeoutSeconds: number | undefined, functionTimeout: number) => {
    mockPulumi();
    const queue = new aws.sqs.Queue("jobs", { visibilityTimeoutSeconds });
    return unwrap(pollableArn(queue, functionTimeout, "queues[0]", queue));
  };
  const refusal = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => "accepted",
      (error: Error) => error.message,
    );

  it("is refused when its messages become visible while the function still runs", async () => {
    expect(await refusal(arnFor(179, 30)))
      .to.match(/^queues\[0\]\.queue: messages are hidden for 179 s, less than 6 times/)
      .and.contain("set visibilityTimeoutSeconds to 180 or more");
    expect(await refusal(arnFor(undefined, 30))).to.contain("hidden for 30 s");
  });

  it("is accepted from six timeouts on", async () => {
    expect(await arnFor(180, 30)).to.contain(":jobs-");
    expect(await arnFor(undefined, 5)).to.contain(":jobs-");
  });

  it("is connected by a mapping whose function and queue the policies can see", async () => {
    const graph = await componentGraph(() => {
      const queue = new aws.sqs.Queue("jobs", { visibilityTimeoutSeconds: 180 });
      new CallbackFunction("fn", {
        callback: async () => ({ batchItemFailures: [] }),
        permissions: [],
        asynchronous: false,
        alarmActions: [],
        queues: [{ name: "jobs", queue }],
      });
    });
    const mapping = graph.find(({ name }) => name === "fn-jobs");
    const named = (property: string): string[] =>
      (mapping?.sources[property] ?? []).map((urn) => urn.split("::")[3]);
    expect(named("eventSourceArn")).to.include("jobs");
    expect(named("functionName")).to.include("fn");
  });
});
