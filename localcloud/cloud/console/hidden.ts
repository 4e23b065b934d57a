/** Replacement for a hidden value. */
const HIDDEN = "(hidden)";

/** Names of members that contain credentials, in objects and in JSON texts. */
const CREDENTIAL = /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key)$/i;
const NAMES = "(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key)";
const IN_TEXT = new RegExp(String.raw`("${NAMES}"\s*:\s*)("(?:[^"\\]|\\.)*"|\[[^\]]*\])`, "gi");
/** The same in nested JSON of any depth: each quote has the same number of backslashes as the first. */
const DEEP_IN_TEXT = new RegExp(
  String.raw`((?<!\\)(\\+)"${NAMES}\2"\s*:\s*)(?:\2"[^]*?(?<!\\)\2"|\[[^\]]*\])`,
  "gi",
);

/** Minimum length of secrets to hide; a shorter text occurs in other words by chance. */
export const SHORTEST_SECRET = 8;

/** Returns the JSON of a value with credentials and the stack's secrets hidden. */
export function hiddenJson(value: unknown, secrets: readonly string[]): string {
  const forms = [...new Set(secrets.flatMap(encodingsOf))];
  return JSON.stringify(value, (key, member: unknown) => {
    if (CREDENTIAL.test(key) && (typeof member === "string" || Array.isArray(member)))
      return HIDDEN;
    return typeof member === "string" ? hideIn(member, forms) : member;
  });
}

/** Returns the forms of a secret: plain, in JSON, in nested JSON, and encoded for URLs and forms. */
function encodingsOf(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inJsonInJson = JSON.stringify(inJson).slice(1, -1);
  const inAddress = encodeURIComponent(Buffer.from(secret).toString());
  return [secret, inJson, inJsonInJson, inAddress, inAddress.replaceAll("%20", "+")];
}

function hideIn(text: string, secrets: readonly string[]): string {
  let shown = text;
  if (text.includes('"')) {
    shown = text.replace(IN_TEXT, `$1"${HIDDEN}"`);
    if (text.includes('\\"')) shown = shown.replace(DEEP_IN_TEXT, `$1$2"${HIDDEN}$2"`);
  }
  for (const secret of secrets)
    if (shown.includes(secret)) shown = shown.replaceAll(secret, HIDDEN);
  return shown;
}
