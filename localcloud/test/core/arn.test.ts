import { expect } from "chai";
import * as fc from "fast-check";
import { formatArn, parseArn } from "../../core/arn";

const field = fc.string().filter((text) => !text.includes(":"));

describe("An ARN", () => {
  it("is parsed into the parts that it was formatted from, with all colons and slashes of its resource", () =>
    fc.assert(
      fc.property(field, field, field, fc.string(), (service, region, accountId, resource) => {
        expect(parseArn(formatArn(service, { region, accountId }, resource))).to.deep.equal({
          partition: "aws",
          service,
          region,
          accountId,
          resource,
        });
      }),
    ));

  it("is not parsed from other text", () => {
    for (const text of ["", "arn", "arn:aws:sqs:us-east-1:123456789012", "urn:aws:a:b:c:d"])
      expect(parseArn(text), text).to.equal(undefined);
  });
});
