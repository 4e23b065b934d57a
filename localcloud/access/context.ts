/** Condition keys of a request and their values, as the caller of the engine provides them. */
export type ContextValues = Readonly<Record<string, string | readonly string[]>>;

/**
 * The request context for conditions and policy variables. Key names are case-insensitive
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html).
 */
export class RequestContext {
  private known: Map<string, readonly string[]> | undefined;

  /** Most policies read no key, so the values are only collected when one does. */
  constructor(private readonly collect: () => ContextValues) {}

  private get byKey(): ReadonlyMap<string, readonly string[]> {
    return (this.known ??= new Map(
      Object.entries(this.collect()).map(([key, value]) => [
        key.toLowerCase(),
        typeof value === "string" ? [value] : value,
      ]),
    ));
  }

  /** Returns all values of the key; undefined if the request does not have it. */
  values(key: string): readonly string[] | undefined {
    return this.byKey.get(key.toLowerCase());
  }

  /** Returns the value of a single-valued key; undefined if it is absent or has several values. */
  single(key: string): string | undefined {
    const values = this.values(key);
    return values?.length === 1 ? values[0] : undefined;
  }
}
