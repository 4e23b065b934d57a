/** What stands for a value that is not shown. */
const HIDDEN = "(hidden)";

/** Names of members that prove who somebody is, in objects and in JSON texts. */
const CREDENTIAL = /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key)$/i;
const IN_TEXT =
  /("(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key)"\s*:\s*)("(?:[^"\\]|\\.)*"|\[[^\]]*\])/gi;

/** A secret shorter than this stands in other words by chance. */
export const SHORTEST_SECRET = 8;

/** JSON of a value in which credentials and the stack's secrets are hidden. */
export function hiddenJson(value: unknown, secrets: readonly string[]): string {
  return JSON.stringify(value, (key, member: unknown) => {
    if (CREDENTIAL.test(key) && (typeof member === "string" || Array.isArray(member)))
      return HIDDEN;
    return typeof member === "string" ? hideIn(member, secrets) : member;
  });
}

function hideIn(text: string, secrets: readonly string[]): string {
  let shown = text.includes('"') ? text.replace(IN_TEXT, `$1"${HIDDEN}"`) : text;
  for (const secret of secrets)
    if (shown.includes(secret)) shown = shown.replaceAll(secret, HIDDEN);
  return shown;
}
