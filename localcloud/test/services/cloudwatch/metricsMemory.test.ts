import { expect } from "chai";
import { valuesOf } from "../../../services/cloudwatch/model/aggregate";
import {
  collectWindows,
  metricId,
  Metrics,
  type MetricId,
} from "../../../services/cloudwatch/model/metrics";

const MINUTE_MS = 60_000;
const VALUES_PER_MINUTE = 500;
/** Half a million values, and so many that the newest are counted as well. */
const MINUTES = 1_100;

describe("The memory of metrics", () => {
  /** Latencies of an API that is asked all the time: no two of a minute are the same. */
  function fill(metrics: Metrics, id: MetricId): number {
    const latencies = Array.from({ length: VALUES_PER_MINUTE }, (_, i) => 100 + i + 1 / 3);
    const counts = latencies.map(() => 1);
    for (let minute = 0; minute < MINUTES; minute++) {
      const timestamp = minute * MINUTE_MS;
      const sample = { kind: "values", values: latencies, counts } as const;
      metrics.add(id, "Milliseconds", { timestamp, sample, resolution: 60 }, timestamp);
    }
    return latencies.reduce((sum, one) => sum + one, 0);
  }

  it("holds half a million values: then those of old minutes are rounded, and all counts stay", () => {
    const metrics = new Metrics();
    const id = metricId("App", "Latency", []);
    const sum = fill(metrics, id);
    const range = { start: 0, period: MINUTE_MS, count: MINUTES };
    const windows = collectWindows(metrics.find(id), "Milliseconds", range);
    const [old] = windows;
    const newest = windows.at(-1);
    expect(windows.map(({ count }) => count)).to.deep.equal(windows.map(() => VALUES_PER_MINUTE));
    expect(old).to.include({ min: 100 + 1 / 3, max: 599 + 1 / 3 });
    expect(old.sum).to.be.closeTo(sum, 1e-6);
    expect([...valuesOf(old).keys()].length).to.be.below(60);
    expect([...valuesOf(newest ?? old).keys()].length).to.equal(VALUES_PER_MINUTE);
  });

  it("drops no metric for another's many values where rounding them is enough", () => {
    const metrics = new Metrics();
    const [quiet, busy] = ["Quiet", "Busy"].map((name) => metricId("App", name, []));
    const sample = { kind: "values", values: [1], counts: [1] } as const;
    metrics.add(quiet, "Count", { timestamp: 0, sample, resolution: 60 }, 0);
    fill(metrics, busy);
    expect(metrics.find(quiet)).to.not.equal(undefined);
  });
});
