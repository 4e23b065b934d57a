/** What AWS's model asks of a member beyond its type; the SDK's schemas leave it out. */
export interface Constraint {
  readonly enum?: readonly string[];
  /** Of a number its value, of a text, list or map its length. */
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  /** Of each item of a list. */
  readonly items?: Constraint;
  /** Of each key and value of a map. */
  readonly keys?: Constraint;
  readonly values?: Constraint;
}

/** By shape and member; made by `scripts/constraints.py`. */
export type Constraints = Readonly<Record<string, Readonly<Record<string, Constraint>>>>;

/** A member that breaks its constraint, in the words that AWS's services share. */
export interface Breach {
  /** Left out of the text for secrets, blobs and structures. */
  readonly value?: string;
  /** E.g. `Member must have length less than or equal to 64`. */
  readonly rule: string;
}

/** The test of one member; undefined where its constraint asks for nothing. */
export type Test = (value: unknown) => readonly Breach[];

export function compileConstraint(
  constraint: Constraint | undefined,
  secret: boolean,
): Test | undefined {
  if (!constraint) return undefined;
  const rules = [...compileRules(constraint), ...innerRules(constraint)];
  return (value) => {
    if (rules.every((rule) => rule(value).length === 0)) return nothing;
    const broken = rules.flatMap((rule) => rule(value));
    const shown = secret ? undefined : valueText(value);
    return broken.map((rule) => ({ rule, ...(shown !== undefined && { value: shown }) }));
  };
}

const nothing: readonly never[] = [];

/** Texts of what a value breaks. */
type Rule = (value: unknown) => readonly string[];

function compileRules({ enum: allowed, min, max, pattern }: Constraint): Rule[] {
  const rule = (text: string, holds: (value: unknown) => boolean): Rule => {
    const broken = [`Member must ${text}`];
    return (value) => (holds(value) ? nothing : broken);
  };
  const values = new Set(allowed);
  const expression = pattern === undefined ? undefined : regularExpression(pattern);
  return [
    ...(allowed
      ? [
          rule(`satisfy enum value set: [${allowed.join(", ")}]`, (value) =>
            values.has(value as string),
          ),
        ]
      : []),
    ...(max === undefined ? [] : [limit("less", max)]),
    ...(min === undefined ? [] : [limit("greater", min)]),
    ...(expression
      ? [
          rule(
            `satisfy regular expression pattern: ${pattern}`,
            (value) => typeof value !== "string" || expression.test(value),
          ),
        ]
      : []),
  ];
}

function limit(side: "less" | "greater", bound: number): Rule {
  return (value) => {
    // A character is one or two units of a text: most texts need no counting.
    if (
      typeof value === "string" &&
      (side === "less" ? value.length <= bound : value.length >= 2 * bound)
    )
      return nothing;
    const size = sizeOf(value);
    if (size === undefined || (side === "less" ? size <= bound : size >= bound)) return nothing;
    const measure = typeof value === "number" ? "value" : "length";
    return [`Member must have ${measure} ${side} than or equal to ${bound}`];
  };
}

/** A list whose items break their rules is told as a whole: `Member must satisfy constraint: [..]`. */
function innerRules({ items, keys, values }: Constraint): Rule[] {
  const each = (part: Constraint | undefined, partsOf: (value: object) => unknown[]): Rule[] => {
    if (!part) return [];
    const rules = compileRules(part);
    const texts = ruleTexts(part);
    return [
      (value) =>
        typeof value === "object" &&
        value !== null &&
        partsOf(value).some((one) => rules.some((rule) => rule(one).length > 0))
          ? [`Member must satisfy constraint: [${texts.join(", ")}]`]
          : [],
    ];
  };
  return [
    ...each(items, (value) => (Array.isArray(value) ? value : [])),
    ...each(keys, Object.keys),
    ...each(values, Object.values),
  ];
}

/** Every rule of a part, as AWS lists them whichever was broken. */
function ruleTexts({ enum: allowed, min, max, pattern }: Constraint): string[] {
  return [
    ...(allowed ? [`Member must satisfy enum value set: [${allowed.join(", ")}]`] : []),
    ...(max === undefined ? [] : [`Member must have length less than or equal to ${max}`]),
    ...(min === undefined ? [] : [`Member must have length greater than or equal to ${min}`]),
    ...(pattern === undefined
      ? []
      : [`Member must satisfy regular expression pattern: ${pattern}`]),
  ];
}

function sizeOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "string" || Array.isArray(value)) return [...value].length;
  if (value instanceof Uint8Array) return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : undefined;
}

function valueText(value: unknown): string | undefined {
  if (typeof value === "string" || typeof value === "number") return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item !== "object"))
    return `[${value.join(", ")}]`;
  return undefined;
}

/** The model's patterns are Java's and match the whole text. */
export function regularExpression(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, /\\p\{/.test(pattern) ? "su" : "s");
}

/** For a service that words what its patterns ask for by itself. */
export function withoutPatterns(table: Constraints): Constraints {
  const of = <Value>(part: Readonly<Record<string, Value>>, change: (value: Value) => Value) =>
    Object.fromEntries(Object.entries(part).map(([key, value]) => [key, change(value)]));
  return of(table, (members) => of(members, ({ pattern: _told, ...rest }) => rest));
}

/** The table but for shapes (`PatchOperation`) and members (`CreateFunctionRequest.Runtime`) that a service words itself. */
export function without(table: Constraints, ...parts: readonly string[]): Constraints {
  return Object.fromEntries(
    Object.entries(table)
      .filter(([shape]) => !parts.includes(shape))
      .map(([shape, members]) => [
        shape,
        Object.fromEntries(
          Object.entries(members).filter(([member]) => !parts.includes(`${shape}.${member}`)),
        ),
      ]),
  );
}
