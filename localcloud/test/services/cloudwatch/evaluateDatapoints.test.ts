import { expect } from "chai";
import * as fc from "fast-check";
import {
  evaluateDatapoints,
  type AlarmCondition,
  type MissingData,
} from "../../../services/cloudwatch/model/evaluateDatapoints";

const TREATMENTS: MissingData[] = ["missing", "ignore", "breaching", "notBreaching"];

/** Evaluates points in the notation of CloudWatch's documentation: oldest first, 0 within, X beyond, - missing. */
function judge(
  points: string,
  TreatMissingData: MissingData,
  rule: Partial<AlarmCondition> = {},
): string {
  const values = points
    .split(" ")
    .reverse()
    .map((point) => (point === "-" ? undefined : point === "X" ? 10 : 0));
  return evaluateDatapoints(values, {
    EvaluationPeriods: 3,
    Threshold: 5,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData,
    ...rule,
  }).state;
}

describe("the state of an alarm with missing data", () => {
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
  const threeOfThree: [string, string, string, string, string][] = [
    ["0 - X - X", "OK", "OK", "OK", "OK"],
    ["- - - - 0", "OK", "OK", "OK", "OK"],
    ["- - - - -", "INSUFFICIENT_DATA", "keep", "ALARM", "OK"],
    ["0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
    ["- - X - -", "ALARM", "keep", "ALARM", "OK"],
    ["- - - - X", "INSUFFICIENT_DATA", "keep", "ALARM", "OK"],
    ["X - - - -", "ALARM", "keep", "ALARM", "OK"],
  ];
  const twoOfThree: [string, string, string, string, string][] = [
    ["0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
    ["0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
    ["0 - X - -", "OK", "OK", "ALARM", "OK"],
    ["- - - - 0", "OK", "OK", "ALARM", "OK"],
    ["- - - - X", "INSUFFICIENT_DATA", "keep", "ALARM", "OK"],
  ];
  for (const [name, rows, rule] of [
    ["3 out of 3", threeOfThree, {}],
    ["2 out of 3", twoOfThree, { DatapointsToAlarm: 2 }],
  ] as const)
    for (const [points, ...expected] of rows)
      it(`is the documented one for ${name} and ${points}`, () => {
        expect(TREATMENTS.map((treatment) => judge(points, treatment, rule))).to.deep.equal(
          expected,
        );
      });

  it("does not depend on the treatment while no point is missing", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("0", "X"), { minLength: 5, maxLength: 5 }),
        fc.constantFrom(1, 2, 3),
        (points, DatapointsToAlarm) => {
          const states = TREATMENTS.map((one) =>
            judge(points.join(" "), one, { DatapointsToAlarm }),
          );
          const breaching = points.slice(-3).filter((point) => point === "X").length;
          expect(new Set(states)).to.deep.equal(
            new Set([breaching >= DatapointsToAlarm ? "ALARM" : "OK"]),
          );
        },
      ),
    );
  });

  it("is never ALARM under notBreaching with too few real breaches", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("0", "X", "-"), { minLength: 5, maxLength: 5 }),
        (points) => {
          const real = points.filter((point) => point !== "-").slice(-3);
          const breaching = real.filter((point) => point === "X").length;
          expect(judge(points.join(" "), "notBreaching")).to.equal(breaching >= 3 ? "ALARM" : "OK");
        },
      ),
    );
  });
});
