import type { Push } from "./delivery";
import { isTag, parseRepository } from "../images/imageReference";

export const deploymentOnlyModule = true;

/** A body that is not a push, and what is wrong with it: `field` as a path, `problem` in words. */
export interface Refusal {
  readonly field: string;
  readonly problem: string;
}

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Refusal);

/** Bytes. A body contains the repository's description and Dockerfile; a megabyte is far more than any body needs. */
export const MAX_BODY = 1024 * 1024;
/** Seconds by which a sender's clock may be ahead: a push with a time in the future would win over every later push. */
const MAX_AHEAD = 300;

/** Parses a JSON object; refuses everything else with a reason, without throwing. */
export function parseObject(body: string | null | undefined): Parsed<Record<string, unknown>> {
  if (!body) return refuse("body", "is empty");
  if (Buffer.byteLength(body) > MAX_BODY) return refuse("body", `has more than ${MAX_BODY} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return refuse("body", "is not JSON");
  }
  return isObject(value) ? { ok: true, value } : refuse("body", "is not a JSON object");
}

/**
 * Parses the body of Docker Hub's webhook, including its older forms: times with a fraction, no `images`, counts as
 * text. Validates only the fields that are used. https://docs.docker.com/docker-hub/repos/manage/webhooks/
 *
 * @param now milliseconds since the epoch.
 */
export function parseDockerHub(body: string | null | undefined, now: number): Parsed<Push> {
  const parsed = parseObject(body);
  if (!parsed.ok) return parsed;
  const { push_data: pushData, repository, callback_url: answerTo } = ownValues(parsed.value);
  if (!isObject(pushData)) return refuse("push_data", "is not an object");
  if (!isObject(repository)) return refuse("repository", "is not an object");
  const { tag, pushed_at: pushedAt } = ownValues(pushData);
  const { repo_name: repoName } = ownValues(repository);
  const callbackUrl = typeof answerTo === "string" ? answerTo : undefined;
  return parsePush(
    { repository: repoName, tag, pushedAt },
    { repository: "repository.repo_name", tag: "push_data.tag", pushedAt: "push_data.pushed_at" },
    { now, callbackUrl },
  );
}

/**
 * Parses the body of a sender that signs: `{ repository, tag, pushedAt }`, the time in seconds.
 *
 * @param now milliseconds since the epoch.
 */
export function parseGeneric(body: string | null | undefined, now: number): Parsed<Push> {
  const parsed = parseObject(body);
  if (!parsed.ok) return parsed;
  const { repository, tag, pushedAt } = ownValues(parsed.value);
  const fields = { repository: "repository", tag: "tag", pushedAt: "pushedAt" };
  return parsePush({ repository, tag, pushedAt }, fields, { now });
}

type PushFields<T> = Record<"repository" | "tag" | "pushedAt", T>;

/** Validates the three values of a push; `fields` are their names in the sender's body. */
export function parsePush(
  values: PushFields<unknown>,
  fields: PushFields<string>,
  { now, callbackUrl }: { readonly now: number; readonly callbackUrl?: string },
): Parsed<Push> {
  const { tag, pushedAt } = values;
  if (typeof values.repository !== "string") return refuse(fields.repository, "is not a text");
  const repository = parseRepository(values.repository);
  if (repository === undefined) return refuse(fields.repository, "is not the name of a repository");
  if (typeof tag !== "string") return refuse(fields.tag, "is not a text");
  if (!isTag(tag)) return refuse(fields.tag, "is not a tag");
  if (typeof pushedAt !== "number" || !(pushedAt > 0)) {
    return refuse(fields.pushedAt, "is not a time in seconds");
  }
  if (pushedAt > now / 1000 + MAX_AHEAD) {
    return refuse(fields.pushedAt, "lies in the future, or is not in seconds");
  }
  const push = { repository, tag, pushedAt: Math.floor(pushedAt) };
  return { ok: true, value: callbackUrl === undefined ? push : { ...push, callbackUrl } };
}

export function refuse(field: string, problem: string): Refusal & { readonly ok: false } {
  return { ok: false, field, problem };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Without properties from `Object.prototype` or a `__proto__` key. */
function ownValues(value: Record<string, unknown>): Record<string, unknown> {
  return Object.assign(Object.create(null) as Record<string, unknown>, {
    ...Object.fromEntries(Object.entries(value).filter(([key]) => key !== "__proto__")),
  });
}
