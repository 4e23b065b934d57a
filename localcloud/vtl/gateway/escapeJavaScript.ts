const SAFE = /^[ !#-&(-.0-[\]-\u007f]*$/;
const SHORT: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\n": "\\n",
  "\t": "\\t",
  "\f": "\\f",
  "\r": "\\r",
  "'": "\\'",
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
};

/**
 * Escapes a text like StringEscapeUtils.escapeJavaScript of commons-lang 2, which `$util.escapeJavaScript` uses:
 * quotes, backslash and slash get a backslash, and characters outside of printable ASCII become \uXXXX.
 */
export function escapeJavaScript(text: string): string {
  if (SAFE.test(text)) return text;
  let escaped = "";
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    const code = text.charCodeAt(i);
    if (code > 0x7f || code < 0x20) escaped += SHORT[char] ?? `\\u${hex4(code)}`;
    else escaped += SHORT[char] ?? char;
  }
  return escaped;
}

function hex4(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, "0");
}
