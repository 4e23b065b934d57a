/** Condition keys of a request and their values, as a caller of the engine states them. */
export type ContextValues = Readonly<Record<string, string | readonly string[]>>;

/**
 * The request context that conditions and policy variables read. Key names are not case-sensitive
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html).
 */
export class RequestContext {
  private readonly byKey = new Map<string, readonly string[]>();

  constructor(values: ContextValues) {
    for (const [key, value] of Object.entries(values))
      this.byKey.set(key.toLowerCase(), typeof value === "string" ? [value] : value);
  }

  /** Every value of the key; undefined when the request does not carry it. */
  values(key: string): readonly string[] | undefined {
    return this.byKey.get(key.toLowerCase());
  }

  /** The value of a single-valued key; undefined when it is absent or has several values. */
  single(key: string): string | undefined {
    const values = this.values(key);
    return values?.length === 1 ? values[0] : undefined;
  }
}
