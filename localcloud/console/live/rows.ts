import type { SpanRow } from "../../cloud/console/rows";

/** A row of the waterfall. A service's Lambda Invoke and the function that it ran share one row. */
export interface Row {
  readonly span: SpanRow;
  readonly depth: number;
  readonly hasChildren: boolean;
  /** The consecutive calls that it represents; absent = it is one span. */
  readonly run?: readonly SpanRow[];
}

/** Minimum number of consecutive calls without effects that are folded into one row. */
const RUN = 4;

/** Returns the spans in tree order, without those below a closed one. */
export function rowsOf(
  spans: ReadonlyMap<string, SpanRow>,
  closed: ReadonlySet<string>,
  opened: ReadonlySet<string>,
): Row[] {
  const children = childrenOf(spans);
  const rows: Row[] = [];
  const add = (span: SpanRow, depth: number): void => {
    const below = children.get(span.id) ?? [];
    if (isPlainInvoke(span, below)) return add(below[0], depth);
    rows.push({ span, depth, hasChildren: below.length > 0 });
    if (!closed.has(span.id)) addAll(below, depth + 1);
  };
  const addAll = (siblings: readonly SpanRow[], depth: number): void => {
    for (let at = 0; at < siblings.length;) {
      const run = runAt(siblings, at, children);
      if (run.length >= RUN) {
        const isOpen = opened.has(run[0].id);
        rows.push({ span: sum(run), depth, hasChildren: true, run });
        if (isOpen) for (const span of run) add(span, depth + 1);
        at += run.length;
      } else add(siblings[at++], depth);
    }
  };
  for (const root of children.get(undefined) ?? []) add(root, 0);
  return rows;
}

function childrenOf(spans: ReadonlyMap<string, SpanRow>): Map<string | undefined, SpanRow[]> {
  const children = new Map<string | undefined, SpanRow[]>();
  for (const span of spans.values()) {
    const above = span.parent !== undefined && spans.has(span.parent) ? span.parent : undefined;
    const siblings = children.get(above);
    if (siblings) siblings.push(span);
    else children.set(above, [span]);
  }
  for (const siblings of children.values()) siblings.sort((one, other) => one.start - other.start);
  return children;
}

function isPlainInvoke({ kind, name, parent }: SpanRow, below: readonly SpanRow[]): boolean {
  const invoke = kind === "call" && name === "lambda.Invoke" && parent !== undefined;
  return invoke && below.length === 1 && below[0].kind === "function";
}

/** Returns the consecutive calls from an index that all succeeded and have no child spans. */
function runAt(
  siblings: readonly SpanRow[],
  from: number,
  children: ReadonlyMap<string | undefined, unknown>,
): SpanRow[] {
  const isPlain = ({ kind, status, id }: SpanRow): boolean =>
    kind === "call" && status === "ok" && !children.has(id);
  let to = from;
  while (to < siblings.length && isPlain(siblings[to])) to += 1;
  return siblings.slice(from, to);
}

function sum(run: readonly SpanRow[]): SpanRow {
  const end = Math.max(...run.map((span) => span.end ?? span.start));
  return { ...run[0], id: `run-${run[0].id}`, name: `${run.length} calls`, end };
}
