import type { Row } from "./packing";

export function figure(name: string, ours: number, theirs: number): Row {
  const show = (n: number): string => (Number.isInteger(n) ? String(n) : n.toFixed(1));
  const ratio = ours === theirs ? 1 : ours / theirs;
  return { figure: name, ours: show(ours), theirs: show(theirs), ratio };
}

/** @param most the highest allowed ratio of `ours` to `theirs`. */
export function bounded(name: string, ours: number, theirs: number, most = 1.1): Row {
  const row = figure(name, ours, theirs);
  return { ...row, bar: `<= ${most}`, holds: row.ratio <= most };
}

export function exact(name: string, ours: number, theirs: number): Row {
  return { ...figure(name, ours, theirs), bar: `= ${theirs}`, holds: ours === theirs };
}
