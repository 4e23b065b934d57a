import type { ProviderContext } from "./types";

/** Settings shared by every SDK client of the provider. */
export interface ClientSettings {
  endpoint?: string;
  region: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  maxAttempts: number;
}

interface Destroyable {
  destroy(): void;
}

const clients = new WeakMap<object, Map<unknown, Destroyable>>();

/** The one client of a class for this context, e.g. `client(IAMClient, context)`; connections are shared. */
export function client<Client extends Destroyable>(
  Class: new (settings: ClientSettings) => Client,
  context: ProviderContext,
): Client {
  const known = clients.get(context.aws) ?? new Map<unknown, Destroyable>();
  clients.set(context.aws, known);
  let found = known.get(Class) as Client | undefined;
  if (!found) {
    const { endpoint, region, credentials } = context.aws;
    found = new Class({ endpoint, region, credentials, maxAttempts: 5 });
    known.set(Class, found);
  }
  return found;
}

/** Closes the connections of every client made for this context. */
export function destroyClients(context: ProviderContext): void {
  for (const made of clients.get(context.aws)?.values() ?? []) made.destroy();
  clients.delete(context.aws);
}
