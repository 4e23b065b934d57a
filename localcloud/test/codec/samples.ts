import { type NormalizedSchema } from "@smithy/core/schema";

/** Creates a different value for every member of a shape, so that swapped members are noticed. */
export class Samples {
  private count = 0;

  /** Returns undefined where a shape is recursive: the value is omitted there. */
  of(schema: NormalizedSchema, seen: readonly string[] = []): unknown {
    if (schema.isUnitSchema()) return {};
    if (schema.isStructSchema()) return this.structure(schema, seen);
    if (schema.isListSchema()) {
      const items = [1, 2].map(() => this.of(schema.getValueSchema(), seen));
      return items.includes(undefined) ? undefined : items;
    }
    if (schema.isMapSchema()) {
      const value = this.of(schema.getValueSchema(), seen);
      return value === undefined ? undefined : { [`k${++this.count} <&é`]: value };
    }
    return this.scalar(schema);
  }

  private structure(schema: NormalizedSchema, seen: readonly string[]): unknown {
    const id = schema.getName(true) ?? "";
    if (seen.includes(id) || seen.length > 7) return undefined;
    const fields: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const value = this.of(member, [...seen, id]);
      if (value === undefined) continue;
      fields[name] = value;
      if (schema.isUnionSchema()) break;
    }
    // A query string cannot represent an empty nested structure.
    return Object.keys(fields).length === 0 && seen.length > 0 ? undefined : fields;
  }

  private scalar(schema: NormalizedSchema): unknown {
    const traits = schema.getMergedTraits();
    if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(`blob ${++this.count} \xff`));
    if (schema.isBooleanSchema()) return ++this.count % 2 === 0;
    if (schema.isNumericSchema()) return traits.httpResponseCode ? 202 : ++this.count;
    if (schema.isTimestampSchema()) return new Date(1_700_000_000_000 + ++this.count * 1000);
    if (schema.isDocumentSchema()) return { any: [++this.count, "thing", null] };
    if (traits.httpHeader || traits.httpPrefixHeaders) return `header ${++this.count}`;
    if (traits.httpLabel) return `arn:aws:x:y:${++this.count} ü+%2F`;
    return `s${++this.count} <a & "b">'é\n`;
  }
}
