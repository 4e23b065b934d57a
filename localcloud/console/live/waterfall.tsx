import { computed, signal } from "@preact/signals";
import type { SpanRow } from "../../cloud/console/rows";
import type { SpanKind } from "../../core/trace";
import { openSpan } from "../address";
import { duration, short } from "../format";
import { spans, squeezed } from "../state";
import { rowsOf, type Row } from "./rows";
import { scaleOf } from "./scale";

const KINDS: Readonly<Record<SpanKind, string>> = {
  request: "API",
  step: "step",
  function: "λ",
  call: "call",
  message: "queue",
  batch: "batch",
  event: "event",
  deployment: "ECS",
  schedule: "timer",
  alarm: "alarm",
  deploy: "up",
  resource: "res",
  console: "you",
};

const closed = signal<ReadonlySet<string>>(new Set());
/** Runs of calls, by the first one, that the user has unfolded. */
const opened = signal<ReadonlySet<string>>(new Set());

export const rows = computed(() => rowsOf(spans.value, closed.value, opened.value));
const scale = computed(() => scaleOf([...spans.value.values()], squeezed.value, lastInstant()));

export function lastInstant(): number {
  return Math.max(0, ...[...spans.value.values()].map((span) => span.end ?? span.start));
}

/** Shows the rows as a tree with keyboard navigation: arrows, Home, End, Escape. */
export function Waterfall() {
  const list = rows.value;
  const { gaps, ticks } = scale.value;
  const active = list.some(({ span }) => span.id === openSpan.value)
    ? openSpan.value
    : list[0].span.id;
  return (
    <div
      class="fall"
      role="treegrid"
      aria-label="What it caused"
      onKeyDown={(event) => walk(event, active)}
    >
      <div class="axis" role="row">
        <span role="columnheader">What</span>
        <span role="columnheader">Took</span>
        <span role="columnheader" class="ticks">
          <span class="hidden">When</span>
          {ticks.map(({ at, text }, index) => (
            <em key={index} style={{ left: `${at * 100}%` }}>
              {text}
            </em>
          ))}
          {gaps.map(({ from, to, ms }, index) => (
            <u key={index} style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}>
              {duration(ms)}
            </u>
          ))}
        </span>
      </div>
      <div class="rows" role="rowgroup">
        {list.map((row) => (
          <Line key={row.span.id} row={row} active={active === row.span.id} />
        ))}
      </div>
    </div>
  );
}

function walk(event: KeyboardEvent, active: string | undefined): void {
  const list = rows.value;
  const index = list.findIndex(({ span }) => span.id === active);
  const row = list[index];
  const go = (to: Row | undefined): void => {
    if (!to) return;
    openSpan.value = to.span.id;
    focusRow(to.span.id);
  };
  const above = (): Row | undefined =>
    list.slice(0, index).findLast((one) => one.depth < row.depth);
  const keys: Record<string, () => void> = {
    ArrowDown: () => go(list[index + 1]),
    ArrowUp: () => go(list[index - 1]),
    Home: () => go(list[0]),
    End: () => go(list.at(-1)),
    ArrowLeft: () => (row.hasChildren && isOpen(row) ? fold(row) : go(above())),
    ArrowRight: () => (row.hasChildren && !isOpen(row) ? fold(row) : go(list[index + 1])),
    Enter: () => go(row),
    Escape: () => (openSpan.value = undefined),
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
}

function focusRow(id: string): void {
  queueMicrotask(() => document.getElementById(`row-${id}`)?.focus());
}

/** Closes the details and moves the focus back to their row. */
export function closeDetails(): void {
  const id = openSpan.value;
  openSpan.value = undefined;
  if (id !== undefined) focusRow(id);
}

function isOpen({ span, run }: Row): boolean {
  return run ? opened.value.has(run[0].id) : !closed.value.has(span.id);
}

function fold({ span, run }: Row): void {
  const [folds, id] = run ? [opened, run[0].id] : [closed, span.id];
  const next = new Set(folds.value);
  if (!next.delete(id)) next.add(id);
  folds.value = next;
}

function Line({ row, active }: { row: Row; active: boolean }) {
  const { span, depth, run } = row;
  const bad = span.status !== undefined && span.status !== "ok";
  // If the cloud's time stands still, a function's own measurement is used.
  const took =
    span.end === undefined ? undefined : Math.max(span.end - span.start, span.durationMs ?? 0);
  return (
    <div
      class={`row ${span.kind} ${bad ? "bad" : ""}`}
      role="row"
      id={`row-${span.id}`}
      aria-level={depth + 1}
      aria-selected={openSpan.value === span.id}
      aria-expanded={row.hasChildren ? isOpen(row) : undefined}
      tabIndex={active ? 0 : -1}
      onClick={() => (run ? fold(row) : (openSpan.value = span.id))}
    >
      <span class="name" role="gridcell" style={{ "--depth": Math.min(depth, 14) }}>
        {row.hasChildren ? <Fold row={row} /> : <i class="leaf" />}
        <b class="kind">{KINDS[span.kind]}</b>
        <span class="title">{span.kind === "call" ? span.name : short(span.name)}</span>
        <small>{run ? namesOf(run) : noteOf(span)}</small>
      </span>
      <span class="took" role="gridcell">
        {duration(took)}
      </span>
      <Bar span={span} took={took} />
    </div>
  );
}

function Fold({ row }: { row: Row }) {
  const open = isOpen(row);
  const click = (event: MouseEvent): void => {
    event.stopPropagation();
    fold(row);
  };
  return (
    <button
      type="button"
      class="fold"
      tabIndex={-1}
      aria-label={`${open ? "Collapse" : "Expand"} ${row.span.name}`}
      onClick={click}
    >
      {open ? "▾" : "▸"}
    </button>
  );
}

function Bar({ span, took }: { span: SpanRow; took: number | undefined }) {
  const { at, gaps } = scale.value;
  const from = at(span.start);
  const width = Math.max(at(span.end ?? lastInstant()) - from, 0.003);
  // The hatched part of a bar is the cold start.
  const cold = span.cold && took ? Math.min(0.9, (took - (span.durationMs ?? 0)) / took) : 0;
  const begins = duration(span.start - rows.value[0].span.start);
  return (
    <span class="bar" role="gridcell" aria-label={`starts at ${begins}`}>
      {gaps.map((gap, index) => (
        <u
          key={index}
          style={{ left: `${gap.from * 100}%`, width: `${(gap.to - gap.from) * 100}%` }}
        />
      ))}
      <i style={{ left: `${from * 100}%`, width: `${width * 100}%` }}>
        {cold > 0 && <s style={{ width: `${cold * 100}%` }} />}
      </i>
    </span>
  );
}

function namesOf(run: readonly SpanRow[]): string {
  return [...new Set(run.map(({ name }) => name))].join(", ");
}

function noteOf({ kind, error, cold, memoryMB, version }: SpanRow): string {
  if (kind === "call") return error ?? "";
  if (kind !== "function") return kind === "message" ? "waits in the queue" : "";
  const parts = [
    version !== "$LATEST" && `version ${version}`,
    cold && "cold",
    memoryMB && `${memoryMB} MB`,
    error && "failed",
  ];
  return parts.filter(Boolean).join(" · ");
}
