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

/** Removes what is at the path. */
export function remove(path: string): Promise<unknown> {
  return ask(path, { method: "DELETE" });
}

/** Calls an operation of AWS as the account's root user. */
export function call<Output>(service: string, operation: string, input: object): Promise<Output> {
  return post<Output>("call", { service, operation, input });
}

/** Calls an operation of AWS once for each page; `tokens` names the token in the output and in the input. */
export async function callPages<Output extends object>(
  service: string,
  operation: string,
  input: object,
  [tokenOut, tokenIn]: readonly [keyof Output, string],
): Promise<Output[]> {
  const pages: Output[] = [];
  for (let token: unknown; ;) {
    const page = await call<Output>(service, operation, { ...input, [tokenIn]: token });
    pages.push(page);
    token = page[tokenOut];
    if (token === undefined || token === null || token === "") return pages;
  }
}

async function ask<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  const answer = await fetch(`/_localcloud/${path}`, init).catch(() => {
    throw new Refusal("The cloud did not answer. Try again when the page says that it is live.");
  });
  const text = await answer.text().catch(() => {
    throw new Refusal("The connection was lost before the cloud's answer was complete. Try again.");
  });
  const value = parsed(text);
  if (!answer.ok) throw new Refusal(messageOf(value) ?? `${answer.status} ${firstLine(text)}`);
  if (value === undefined) throw new Refusal(`The cloud's answer is not JSON: ${firstLine(text)}`);
  return value as Answer;
}

/** Returns undefined for a text that is not JSON, such as the cloud's own failure. */
function parsed(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageOf(value: unknown): string | undefined {
  return (value as { readonly message?: string } | undefined)?.message;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0];
}
