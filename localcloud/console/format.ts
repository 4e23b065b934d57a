/** Formats a duration such as `188 ms`, `17.8 s`, `2.5 min`, `3.0 h`, `1.5 d`; undefined = it has not ended. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return "running";
  if (ms < 1) return "<1 ms";
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  // The next unit begins where the smaller one would be rounded to it.
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_597_000) return `${(ms / 60_000).toFixed(1)} min`;
  return ms < 86_220_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / 86_400_000).toFixed(1)} d`;
}

/** Removes the random digits at the end of a physical name, which are not needed to identify it here. */
export function short(name: string): string {
  return name.replace(/-[0-9a-f]{7}(?=\.fifo$|$)/, "").replace(/\.fifo$/, "");
}

/** Formats `1 time`, `3 times`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** Returns the first characters of a text, with `...` if there are more. */
export function beginning(text: string, length: number): string {
  // Counts code points, so that no character is cut in two.
  const characters = Array.from(text.slice(0, 2 * length));
  const isCut = characters.length > length || text.length > 2 * length;
  return isCut ? `${characters.slice(0, length).join("")} ...` : text;
}

/** Indents JSON; returns other text unchanged. */
export function pretty(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value, undefined, 2) ?? "";
  try {
    JSON.parse(value);
    return indent(value);
  } catch {
    return value;
  }
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Indents valid JSON. Numbers keep their digits: `JSON.parse` would round those beyond 2^53. */
function indent(json: string): string {
  const tokens = json.match(TOKEN) ?? [];
  let depth = 0;
  const line = (): string => `\n${"  ".repeat(depth)}`;
  return tokens
    .map((token, at) => {
      if (token === "}" || token === "]") {
        depth -= 1;
        return ["{", "["].includes(tokens[at - 1]) ? token : line() + token;
      }
      if (token === "," || token === ":") return token === "," ? token + line() : ": ";
      if (token.startsWith('"')) return JSON.stringify(JSON.parse(token));
      if (token !== "{" && token !== "[") return token;
      depth += 1;
      return ["}", "]"].includes(tokens[at + 1]) ? token : token + line();
    })
    .join("");
}

/**
 * Formats a line of a function's log. Of a line in Lambda's JSON format it shows the time, the level, the message and
 * what else the line has. JSON that the function itself printed is returned unchanged, unless it looks like such a line.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export function logLine(text: string): string {
  const fields = lambdaFields(text);
  if (!fields) return text;
  const { timestamp, time, level, type, message, requestId, record, ...others } = fields;
  const rest = Object.keys(others).length > 0 ? others : undefined;
  const parts = [String(timestamp ?? time).slice(11, 23), level ?? type, message ?? record, rest];
  return parts
    .filter((part) => part !== undefined)
    .map((part) => (typeof part === "string" ? part : JSON.stringify(part)))
    .join(" ");
}

function lambdaFields(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const fields = JSON.parse(text) as Record<string, unknown>;
    const isText = (name: string): boolean => typeof fields[name] === "string";
    const isLine = isText("timestamp") && isText("level");
    return isLine || (isText("time") && isText("type")) ? fields : undefined;
  } catch {
    return undefined;
  }
}

/** Formats `2026-11-28 09:13:16`, in UTC as AWS does; an empty text if the time is unknown. */
export function instant(time: number | string | undefined): string {
  if (time === undefined) return "";
  return new Date(time).toISOString().slice(0, 19).replace("T", " ");
}
