/**
 * Caches what is made of a policy's texts: an account's policies contain few different ones, and every call is
 * compared with them.
 */
export class TextCache<Value> {
  private static readonly SIZE = 10_000;
  private readonly byText = new Map<string, Value>();

  get(text: string, made: () => Value): Value {
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    if (this.byText.size >= TextCache.SIZE) this.byText.clear();
    const value = made();
    this.byText.set(text, value);
    return value;
  }
}
