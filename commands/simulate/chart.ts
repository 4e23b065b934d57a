import { changesOf, type SimulatedRow } from "../../callbacks/ecs/scaling/simulation/trace";

const WIDTH = 960;
const PANEL = 170;
const LEFT = 60;
const GAP = 46;
const COLORS = { value: "#1f6feb", desired: "#d1242f", running: "#1a7f37", waiting: "#8250df" };

/** Title, threshold and labels of a chart. */
export interface ChartWords {
  readonly title: string;
  readonly threshold: number;
  /** Label of the metric, such as `value of a task`. */
  readonly value: string;
  /** Plural noun for what is counted, such as `tasks`. */
  readonly counted: string;
}

/**
 * Returns an SVG chart with the metric above and the counts below, over the same time axis. Each change is a dot whose
 * tooltip shows the reason.
 */
export function chart(
  rows: readonly SimulatedRow[],
  { title, threshold, ...words }: ChartWords,
): string {
  const first = rows[0]?.time ?? 0;
  const span = Math.max(1, (rows.at(-1)?.time ?? 0) - first);
  const x = (time: number): number => LEFT + ((time - first) / span) * (WIDTH - LEFT - 20);
  const top = panel(54, Math.max(threshold * 1.2, ...rows.map(({ value }) => value)));
  const bottom = panel(
    54 + PANEL + GAP,
    Math.max(...rows.flatMap(({ desired, running, waiting = 0 }) => [desired, running, waiting])) +
      1,
  );
  const height = 54 + 2 * PANEL + GAP + 40;
  const line = (y: (value: number) => number, of: (row: SimulatedRow) => number, color: string) =>
    `<polyline fill="none" stroke="${color}" stroke-width="1.6" points="${stepPoints(rows, of, x, y)}"/>`;
  const waits = rows.some(({ waiting }) => waiting !== undefined);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    text(LEFT, 22, title, "font-size='16' font-weight='bold'"),
    text(LEFT, 42, words.value, `fill="${COLORS.value}"`),
    text(LEFT + 130, 42, `threshold ${threshold}`, 'fill="#9a6700"'),
    ...axis(top, x, rows),
    `<line x1="${LEFT}" x2="${WIDTH - 20}" y1="${top.y(threshold)}" y2="${top.y(threshold)}" stroke="#9a6700" stroke-dasharray="5 4"/>`,
    line(top.y, ({ value }) => value, COLORS.value),
    text(LEFT, bottom.top - 10, `${words.counted} desired`, `fill="${COLORS.desired}"`),
    text(LEFT + 130, bottom.top - 10, `${words.counted} running`, `fill="${COLORS.running}"`),
    ...axis(bottom, x, rows),
    ...(waits
      ? [
          text(LEFT + 260, bottom.top - 10, "waiting tasks", `fill="${COLORS.waiting}"`),
          line(bottom.y, ({ waiting = 0 }) => waiting, COLORS.waiting),
        ]
      : []),
    line(bottom.y, ({ running }) => running, COLORS.running),
    line(bottom.y, ({ desired }) => desired, COLORS.desired),
    ...changesOf(rows).map(
      ({ row, decision: { from, to, why } }) =>
        `<circle cx="${x(row.time).toFixed(1)}" cy="${bottom.y(to).toFixed(1)}" r="3" fill="${COLORS.desired}"><title>${escape(`${from} -> ${to}: ${why}`)}</title></circle>`,
    ),
    "</svg>",
    "",
  ].join("\n");
}

interface Panel {
  readonly top: number;
  readonly most: number;
  y(value: number): number;
}

function panel(top: number, most: number): Panel {
  return { top, most, y: (value) => top + PANEL - (value / most) * PANEL };
}

function axis(
  { top, most, y }: Panel,
  x: (time: number) => number,
  rows: readonly SimulatedRow[],
): string[] {
  const values = [0, most / 2, most];
  const times = [0, 0.25, 0.5, 0.75, 1].flatMap(
    (part) => rows[Math.floor(part * (rows.length - 1))]?.time ?? [],
  );
  return [
    `<rect x="${LEFT}" y="${top}" width="${WIDTH - LEFT - 20}" height="${PANEL}" fill="none" stroke="#d0d7de"/>`,
    ...values.map((value) =>
      text(LEFT - 8, y(value) + 4, String(Math.round(value)), 'text-anchor="end" fill="#57606a"'),
    ),
    ...times.map((time) =>
      text(
        x(time),
        top + PANEL + 16,
        new Date(time).toISOString().slice(11, 16),
        'text-anchor="middle" fill="#57606a"',
      ),
    ),
  ];
}

function stepPoints(
  rows: readonly SimulatedRow[],
  of: (row: SimulatedRow) => number,
  x: (time: number) => number,
  y: (value: number) => number,
): string {
  const points: string[] = [];
  rows.forEach((row, index) => {
    const last = rows[index - 1];
    const before = last && of(last);
    if (before === of(row) && index < rows.length - 1) return;
    if (before !== undefined) points.push(`${x(row.time).toFixed(1)},${y(before).toFixed(1)}`);
    points.push(`${x(row.time).toFixed(1)},${y(of(row)).toFixed(1)}`);
  });
  return points.join(" ");
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
