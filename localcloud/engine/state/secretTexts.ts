import type { ResourceState } from "./state";

/** Returns the texts in secret properties of a stack, except those that are also in a property that is not secret. */
export function secretTexts(resources: readonly ResourceState[], shortest: number): string[] {
  const secret = new Set<string>();
  const open = new Set<string>();
  for (const { inputs, outputs, secrets } of resources)
    for (const properties of [inputs, outputs])
      for (const [name, value] of Object.entries(properties))
        collect(value, secrets.includes(name) ? secret : open);
  return [...secret].filter((text) => text.length >= shortest && !open.has(text));
}

function collect(value: unknown, texts: Set<string>): void {
  if (typeof value === "string") texts.add(value);
  else if (typeof value === "object" && value !== null)
    for (const member of Object.values(value)) collect(member, texts);
}
