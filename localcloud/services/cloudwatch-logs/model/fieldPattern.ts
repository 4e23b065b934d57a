import type { FilterPattern } from "./filterPattern";
import { readCondition } from "./patternCondition";
import { PatternText } from "./patternText";

interface Field {
  readonly name: string;
  readonly test: (value: string) => boolean;
}

/** Compiles `[ip, user, ..., status = 4*, bytes > 1000]`, a pattern for events with space-separated fields. */
export function compileFieldPattern(pattern: string): FilterPattern {
  const text = new PatternText(pattern);
  text.expect("[");
  const fields: Field[] = [];
  let gap = -1;
  do {
    if (text.take("...")) {
      if (gap >= 0) throw text.error();
      gap = fields.length;
    } else fields.push(readField(text));
  } while (text.take(","));
  text.expect("]");
  if (!text.ended) throw text.error();
  const align = (message: string): string[] | undefined => alignValues(message, fields.length, gap);
  return {
    matches(message) {
      const values = align(message);
      return values !== undefined && fields.every((field, index) => field.test(values[index]));
    },
    extract(message, selector) {
      const index = fields.findIndex((field) => `$${field.name}` === selector);
      return index < 0 ? undefined : align(message)?.[index];
    },
  };
}

function readField(text: PatternText): Field {
  const name = text.match(/[A-Za-z_]\w*/)?.[0];
  if (name === undefined) throw text.error();
  const any: ((value: string) => boolean)[] = [];
  if (text.match(/(?=[,\]])/)) return { name, test: () => true };
  do {
    const all = [readCondition(text)];
    while (text.take("&&")) all.push(conditionOn(name, text));
    any.push((value) => all.every((condition) => condition(value)));
  } while (text.take("||") && sameField(name, text));
  return { name, test: (value) => any.some((test) => test(value)) };
}

/** Parses a field's conditions; each further condition repeats the field's name. */
function conditionOn(name: string, text: PatternText): (value: unknown) => boolean {
  sameField(name, text);
  return readCondition(text);
}

function sameField(name: string, text: PatternText): true {
  if (text.match(/[A-Za-z_]\w*/)?.[0] !== name) throw text.error();
  return true;
}

/** Returns the event's values in the order of the fields; undefined if their number differs. */
function alignValues(message: string, count: number, gap: number): string[] | undefined {
  const values = splitFields(message);
  if (gap < 0) return values.length === count ? values : undefined;
  if (values.length < count) return undefined;
  const after = count - gap;
  return [...values.slice(0, gap), ...(after > 0 ? values.slice(-after) : [])];
}

/** A field that begins here, after white space: quoted, bracketed or bare. */
const FIELD = /\s*(?:"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]|(\S+))/y;
/** The same where no bracket is closed any more, so that each `[` does not search the rest of the message for one. */
const FIELD_WITHOUT_BRACKETS = /\s*(?:"((?:[^"\\]|\\.)*)"|(\S+))/y;

/** Splits a message into fields. A quoted or bracketed part is one field, as in an access log. */
function splitFields(message: string): string[] {
  const lastBracket = message.lastIndexOf("]");
  const fields: string[] = [];
  for (let at = 0; ;) {
    const expression = at < lastBracket ? FIELD : FIELD_WITHOUT_BRACKETS;
    expression.lastIndex = at;
    const found = expression.exec(message);
    if (found === null) return fields;
    const [, quoted, second, third] = found;
    fields.push(quoted ?? second ?? third);
    at = expression.lastIndex;
  }
}
