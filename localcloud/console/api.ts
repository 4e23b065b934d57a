/** The cloud's error message. */
export class Refusal extends Error {}

export function get<Answer>(path: string): Promise<Answer> {
  return ask<Answer>(path);
}

/** Sends an action: a POST with a declared JSON body, which pages of other origins cannot send. */
export function post<Answer>(path: string, body: object): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  return ask<Answer>(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Calls an operation of AWS as the account's root user. */
export function call<Output>(service: string, operation: string, input: object): Promise<Output> {
  return post<Output>("call", { service, operation, input });
}

async function ask<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  const answer = await fetch(`/_localcloud/${path}`, init);
  const text = await answer.text();
  const value = text === "" ? {} : (JSON.parse(text) as unknown);
  if (!answer.ok) throw new Refusal((value as { message?: string }).message ?? answer.statusText);
  return value as Answer;
}
