import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

/** Shows values over time (seconds since the epoch), with the alarm's threshold as a line. */
export function Chart({
  times,
  values,
  threshold,
}: {
  times: readonly number[];
  values: readonly number[];
  threshold: number | undefined;
}) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!box.current || times.length === 0) return undefined;
    const ink = getComputedStyle(document.body).color;
    const axis = { stroke: ink, grid: { stroke: "#8884" }, ticks: { stroke: "#8884" } };
    const plot = new uPlot(
      {
        width: box.current.clientWidth,
        height: 220,
        // In UTC, like all other times here.
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
        axes: [axis, axis],
        series: [
          {},
          { label: "value", stroke: "#d97706", width: 2, points: { show: true } },
          { label: "threshold", stroke: "#c62828", width: 1, dash: [6, 4] },
        ],
      },
      [[...times], [...values], times.map(() => threshold ?? null)],
      box.current,
    );
    return () => plot.destroy();
  }, [times, values, threshold]);
  const last = values.at(-1);
  return times.length === 0 ? (
    <p class="dim">There are no datapoints.</p>
  ) : (
    <div
      class="chart"
      ref={box}
      role="img"
      aria-label={`${times.length} datapoints, the last one is ${last}; the threshold is ${threshold}`}
    />
  );
}
