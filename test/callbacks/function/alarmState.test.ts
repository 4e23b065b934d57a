import { expect } from "chai";
import * as fc from "fast-check";
import { type AlarmRule, alarmState } from "../../../callbacks/function/functionAlarms/alarmState";
import {
  EXTRA_POINTS,
  evaluateDatapoints,
} from "../../../localcloud/services/cloudwatch/model/evaluateDatapoints";

const rule: AlarmRule = {
  threshold: 10,
  comparisonOperator: "GreaterThanThreshold",
  evaluationPeriods: 3,
};

/** AWS's own table for 3 of 3, `-` = no data, X = breaching, 0 = not: the columns by treatment of missing data. */
const published: [series: string, Record<NonNullable<AlarmRule["treatMissingData"]>, string>][] = [
  ["0-X-X", { missing: "OK", ignore: "OK", breaching: "OK", notBreaching: "OK" }],
  ["----0", { missing: "OK", ignore: "OK", breaching: "OK", notBreaching: "OK" }],
  ["-----", { missing: "INSUFFICIENT_DATA", ignore: "OK", breaching: "ALARM", notBreaching: "OK" }],
  ["0XX-X", { missing: "ALARM", ignore: "ALARM", breaching: "ALARM", notBreaching: "ALARM" }],
  ["--X--", { missing: "ALARM", ignore: "OK", breaching: "ALARM", notBreaching: "OK" }],
];

describe("alarmState", () => {
  for (const [series, states] of published)
    for (const [treatMissingData, expected] of Object.entries(states))
      it(`is ${expected} after ${series} where missing data is ${treatMissingData}`, () => {
        const values = [...series].map((one) => ({ "0": 1, X: 11, "-": undefined })[one]);
        const treated = { ...rule, treatMissingData } as AlarmRule;
        expect(alarmState(values, treated, "OK")).to.equal(expected);
      });

  it("evaluates M of N periods", () => {
    const twoOfThree = { ...rule, datapointsToAlarm: 2 };
    expect(alarmState([11, 1, 11], twoOfThree)).to.equal("ALARM");
    expect(alarmState([1, 1, 11], twoOfThree)).to.equal("OK");
  });

  it("has no data in the periods before an alarm was created", () => {
    expect(alarmState([], rule)).to.equal("INSUFFICIENT_DATA");
    expect(alarmState([11], rule)).to.equal("INSUFFICIENT_DATA");
  });

  it("agrees with the local cloud's alarms for every series and rule", () => {
    const value = fc.option(fc.constantFrom(9, 10, 11), { nil: undefined });
    const rules = fc.record({
      threshold: fc.constant(10),
      comparisonOperator: fc.constantFrom(
        "GreaterThanThreshold" as const,
        "GreaterThanOrEqualToThreshold" as const,
        "LessThanThreshold" as const,
        "LessThanOrEqualToThreshold" as const,
      ),
      evaluationPeriods: fc.integer({ min: 1, max: 5 }),
      treatMissingData: fc.constantFrom(
        "missing" as const,
        "breaching" as const,
        "notBreaching" as const,
        "ignore" as const,
      ),
    });
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 9 }),
        rules,
        fc.integer({ min: 1, max: 5 }),
        (series, tried, some) => {
          const datapointsToAlarm = Math.min(some, tried.evaluationPeriods);
          const newest = series.slice(-(tried.evaluationPeriods + EXTRA_POINTS)).reverse();
          const { state } = evaluateDatapoints(newest, {
            EvaluationPeriods: tried.evaluationPeriods,
            DatapointsToAlarm: datapointsToAlarm,
            Threshold: tried.threshold,
            ComparisonOperator: tried.comparisonOperator,
            TreatMissingData: tried.treatMissingData,
          });
          const expected = state === "keep" ? "OK" : state;
          expect(alarmState(series, { ...tried, datapointsToAlarm }, "OK")).to.equal(expected);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
