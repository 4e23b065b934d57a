import type { Properties } from "../types";

/** A property that is sent as a text in an `Attributes` map (SQS, SNS). */
export interface Attribute {
  readonly name: string;
  parse(text: string): unknown;
  /** A value that must be left out of requests. */
  readonly omit?: unknown;
}

export const text = (name: string): Attribute => ({ name, parse: (value) => value });
export const count = (name: string): Attribute => ({ name, parse: Number });
export const flag = (name: string, more: Pick<Attribute, "omit"> = {}): Attribute => ({
  name,
  parse: (value) => value === "true",
  ...more,
});

export type Attributes = Readonly<Record<string, Attribute>>;

export function toAttributes(
  attributes: Attributes,
  properties: Properties,
): Record<string, string> {
  const given = Object.entries(attributes).filter(
    ([property, { omit }]) => properties[property] !== undefined && properties[property] !== omit,
  );
  return Object.fromEntries(
    given.map(([property, { name }]) => [name, String(properties[property])]),
  );
}

export function fromAttributes(
  attributes: Attributes,
  found: Readonly<Record<string, string | undefined>>,
): Properties {
  return Object.fromEntries(
    Object.entries(attributes).map(([property, { name, parse }]) => {
      const value = found[name];
      return [property, value === undefined || value === "" ? undefined : parse(value)];
    }),
  );
}

/**
 * Returns the attributes that change `olds` to `news`; an attribute that is no longer given is reset to its default by
 * "".
 */
export function attributeChanges(
  attributes: Attributes,
  olds: Properties,
  news: Properties,
): Record<string, string> {
  const [before, now] = [toAttributes(attributes, olds), toAttributes(attributes, news)];
  const removed = Object.keys(before).filter((name) => now[name] === undefined);
  return Object.fromEntries([
    ...Object.entries(now).filter(([name, value]) => before[name] !== value),
    ...removed.map((name) => [name, ""] as const),
  ]);
}
