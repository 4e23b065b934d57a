/** Formats of AWS access keys, private keys, and tokens of well-known services, as secret scanners use them. */
const FORMS = [
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/,
];

/** Names whose value is a credential itself, not the name or ARN of one. */
const NAMES = /(^|_)(password|passwd|secret|secret_?access_?key|api_?key|private_?key)$/i;

/** ARNs, paths and URLs without a password refer to a secret but do not contain it. */
const REFERENCE = /^(arn:|\/|https?:\/\/(?![^/]*:[^/]*@))/;

/** Checks whether a named text contains a secret; unknown texts count as not. */
export function isCredential(name: string, value: unknown): boolean {
  if (typeof value !== "string") return false;
  if (FORMS.some((form) => form.test(value))) return true;
  return NAMES.test(name) && value !== "" && !REFERENCE.test(value);
}
