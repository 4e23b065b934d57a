import * as fc from "fast-check";

/** Fragments that break out of JSON, VTL, Velocity macros or UTF-8 when they are not escaped. */
const PIECES = [
  '"',
  "'",
  "\\",
  "\\\\",
  "\\'",
  '\\"',
  "\\u0022",
  "$util",
  "$util.escapeJavaScript('x')",
  "#set($x = 1)",
  "#end",
  "#foreach($i in [1..9])",
  "##",
  "#*",
  "${context.apiId}",
  "$!{x}",
  '","admin":{"BOOL":true},"x":"',
  '"}},"TableName":"other',
  "\u2028",
  "\u2029",
  "\u0000",
  "\u001f",
  "\u007f",
  "\u0085",
  "\ufeff",
  "\uffff",
  "😀",
  "𝒳",
  "\ud83d",
  "\ude00",
  "\r\n",
  "\t",
  "/",
  "</script>",
  "é",
  "%22",
  "",
];

/** Text that a client may send: hostile fragments mixed with any UTF-16 code unit. */
export function hostileText(maxLength = 12): fc.Arbitrary<string> {
  const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...PIECES) },
    { weight: 2, arbitrary: codeUnit },
    { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 4 }) },
  );
  return fc.array(piece, { maxLength }).map((pieces) => pieces.join(""));
}

/** Checks that no half of a surrogate pair stands alone, so that the text has a UTF-8 form. */
export function isWellFormed(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}
