/** What stands for a value that is not shown. */
const HIDDEN = "(hidden)";

/** Names of members that prove who somebody is, in objects and in JSON texts. */
const CREDENTIAL = /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key)$/i;
const NAMES = "(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key)";
const IN_TEXT = new RegExp(String.raw`("${NAMES}"\s*:\s*)("(?:[^"\\]|\\.)*"|\[[^\]]*\])`, "gi");
/** The same in JSON within JSON, however deep: each quote has as many backslashes as the first. */
const DEEP_IN_TEXT = new RegExp(
  String.raw`((?<!\\)(\\+)"${NAMES}\2"\s*:\s*)(?:\2"[^]*?(?<!\\)\2"|\[[^\]]*\])`,
  "gi",
);

/** A secret shorter than this stands in other words by chance. */
export const SHORTEST_SECRET = 8;

/** JSON of a value in which credentials and the stack's secrets are hidden. */
export function hiddenJson(value: unknown, secrets: readonly string[]): string {
  const forms = [...new Set(secrets.flatMap(formsOf))];
  return JSON.stringify(value, (key, member: unknown) => {
    if (CREDENTIAL.test(key) && (typeof member === "string" || Array.isArray(member)))
      return HIDDEN;
    return typeof member === "string" ? hideIn(member, forms) : member;
  });
}

/** A secret as it is, in JSON, in JSON within JSON, and in an address or a form. */
function formsOf(secret: string): string[] {
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
