import { randomInt } from "node:crypto";
import type { GetRandomPasswordRequest } from "@aws-sdk/client-secrets-manager";
import { invalidParameter } from "./api";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
export function randomPassword(request: GetRandomPasswordRequest): string {
  const { PasswordLength: length = 32, ExcludeCharacters = "", IncludeSpace } = request;
  const kinds = [
    request.ExcludeLowercase ? "" : LOWER,
    request.ExcludeUppercase ? "" : LOWER.toUpperCase(),
    request.ExcludeNumbers ? "" : DIGITS,
    request.ExcludePunctuation ? "" : PUNCTUATION,
    IncludeSpace ? " " : "",
  ]
    .map((kind) => [...kind].filter((one) => !ExcludeCharacters.includes(one)))
    .filter((kind) => kind.length > 0);
  if (kinds.length === 0)
    throw invalidParameter("The password can't be generated: every character is excluded.");
  const required = (request.RequireEachIncludedType ?? true) ? kinds : [];
  if (required.length > length)
    throw invalidParameter(
      "The password length is too short for one character of each included type.",
    );
  const all = kinds.flat();
  const pick = (from: readonly string[]): string => from[randomInt(from.length)];
  const rest = Array.from({ length: length - required.length }, () => pick(all));
  return shuffled([...required.map(pick), ...rest]).join("");
}

function shuffled(items: string[]): string[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [items[last], items[other]] = [items[other], items[last]];
  }
  return items;
}
