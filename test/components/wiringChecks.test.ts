import { expect } from "chai";
import * as fc from "fast-check";
import { certificateProblem } from "../../components/api/certificateRegion";
import { rolloutProblem } from "../../components/ecs/rollout";
import { leastVisibility, visibilityProblem } from "../../components/queues/visibilityTimeout";
import { runs } from "../../localcloud/test/support/runs";

describe("The visibility timeout of a queue that a function consumes", () => {
  it("is six timeouts of the function, and the batching window", () => {
    expect(leastVisibility(30)).to.equal(180);
    expect(leastVisibility(30, 20)).to.equal(200);
  });

  it("is refused when it is shorter, with the numbers and how to fix it", () => {
    expect(
      visibilityProblem({ visibilityTimeoutSeconds: 30, functionTimeoutSeconds: 30 }),
    ).to.equal(
      "messages are hidden for 30 s, less than 6 times the function's timeout of 30 s: they would be processed again " +
        "while the first attempt still runs; set visibilityTimeoutSeconds to 180 or more, or shorten the function's timeout",
    );
    const withWindow = { functionTimeoutSeconds: 30, maximumBatchingWindowInSeconds: 20 };
    expect(visibilityProblem({ visibilityTimeoutSeconds: 199, ...withWindow })).to.contain(
      "and the batching window of 20 s",
    );
  });

  it("is accepted from the minimum on, and never below", () => {
    const seconds = fc.integer({ min: 1, max: 900 });
    fc.assert(
      fc.property(seconds, fc.integer({ min: 0, max: 43_200 }), (timeout, visibility) => {
        const problem = visibilityProblem({
          visibilityTimeoutSeconds: visibility,
          functionTimeoutSeconds: timeout,
        });
        expect(problem === undefined).to.equal(visibility >= timeout * 6);
      }),
      { numRuns: runs(1_000, 10_000) },
    );
  });
});

describe("The region of a certificate", () => {
  const arn = (region: string): string =>
    `arn:aws:acm:${region}:123456789012:certificate/12345678-1234-1234-1234-123456789012`;

  it("is us-east-1 for an edge-optimized domain, wherever the API is", () => {
    const edge = { endpointType: "EDGE", region: "eu-central-1" } as const;
    expect(certificateProblem({ ...edge, certificateArn: arn("us-east-1") })).to.equal(undefined);
    expect(certificateProblem({ ...edge, certificateArn: arn("eu-central-1") }))
      .to.contain(
        "is in eu-central-1, but an edge-optimized domain takes certificates from us-east-1 only",
      )
      .and.contain("request it with an aws.Provider of region us-east-1");
  });

  it("is the API's own for a regional domain", () => {
    const regional = { endpointType: "REGIONAL", region: "eu-central-1" } as const;
    expect(certificateProblem({ ...regional, certificateArn: arn("eu-central-1") })).to.equal(
      undefined,
    );
    expect(certificateProblem({ ...regional, certificateArn: arn("us-east-1") })).to.contain(
      "is in us-east-1, but a regional domain in eu-central-1 takes certificates of its own region",
    );
  });

  it("is not checked for IAM's server certificates; everything else is not a certificate", () => {
    const use = { endpointType: "EDGE", region: "eu-central-1" } as const;
    const server = "arn:aws:iam::123456789012:server-certificate/own";
    expect(certificateProblem({ ...use, certificateArn: server })).to.equal(undefined);
    for (const certificateArn of ["", "certificate", "arn:aws:s3:::bucket"])
      expect(certificateProblem({ ...use, certificateArn })).to.contain("is not the ARN");
  });
});

describe("A rollout", () => {
  it("is stuck exactly when no task may be stopped and none started", () => {
    const percent = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), percent, percent, (desiredCount, min, max) => {
        const rollout = { desiredCount, minimumHealthyPercent: min, maximumPercent: max };
        // ECS stops tasks while more run than the minimum, and starts tasks while fewer run than the maximum.
        const mayStop = desiredCount * 100 - desiredCount * min >= 100;
        const mayStart = desiredCount * max - desiredCount * 100 >= 100;
        expect(rolloutProblem(rollout) === undefined).to.equal(mayStop || mayStart);
      }),
    );
  });

  it("is not stuck once either percentage is as the message says", () => {
    for (const desiredCount of [1, 2, 3, 7, 100]) {
      const stuck = { desiredCount, minimumHealthyPercent: 100, maximumPercent: 100 };
      const [, max, min] =
        /to (\d+) or more, .* to (\d+) or less/.exec(rolloutProblem(stuck) ?? "") ?? [];
      expect(rolloutProblem({ ...stuck, maximumPercent: Number(max) })).to.equal(undefined);
      expect(rolloutProblem({ ...stuck, minimumHealthyPercent: Number(min) })).to.equal(undefined);
      expect(rolloutProblem({ ...stuck, maximumPercent: Number(max) - 1 })).not.to.equal(undefined);
      expect(rolloutProblem({ ...stuck, minimumHealthyPercent: Number(min) + 1 })).not.to.equal(
        undefined,
      );
    }
  });

  it("of no task is never stuck", () => {
    const none = { desiredCount: 0, minimumHealthyPercent: 100, maximumPercent: 100 };
    expect(rolloutProblem(none)).to.equal(undefined);
  });
});
