import { expect } from "chai";
import * as fc from "fast-check";
import { failedItems } from "../../../services/lambda/poller/batchResponse";

const IDS = new Set(["a", "b", "c"]);

describe("Lambda: the response of a batch", () => {
  const successes = ["null", '""', "{}", '{"batchItemFailures":[]}', '{"batchItemFailures":null}'];
  for (const payload of successes)
    it(`treats ${payload} as a complete success`, () => {
      expect(failedItems(payload, IDS)).to.deep.equal(new Set());
    });

  const failures = [
    '"text"',
    "1",
    "[]",
    "not json",
    '{"batchItemFailures":"a"}',
    '{"batchItemFailures":[{}]}',
    '{"batchItemFailures":[{"itemIdentifier":""}]}',
    '{"batchItemFailures":[{"itemIdentifier":null}]}',
    '{"batchItemFailures":[{"itemIdentifier":"unknown"}]}',
    '{"batchItemFailures":[{"itemIdentifer":"a"}]}',
  ];
  for (const payload of failures)
    it(`treats ${payload} as a failure of the whole batch`, () => {
      expect(failedItems(payload, IDS)).to.equal(undefined);
    });

  it("returns exactly the reported items of any batch", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { minLength: 1 }), fc.nat(), (ids, seed) => {
        const failed = ids.filter((_, n) => (seed >> (n % 31)) & 1);
        const payload = JSON.stringify({
          batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })),
        });
        expect(failedItems(payload, new Set(ids))).to.deep.equal(new Set(failed));
      }),
    );
  });

  it("never throws and never names a message that was not in the batch", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (payload) => {
        for (const id of failedItems(payload, IDS) ?? []) expect(IDS.has(id)).to.equal(true);
      }),
    );
  });
});
