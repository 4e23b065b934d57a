import { cause, traceHeader } from "../core/trace";
import type { AwsAccess, ProviderContext } from "./types";

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

interface Sending {
  readonly request: unknown;
}

/** The part of every SDK client that is used here. */
interface WithMiddleware {
  readonly middlewareStack: {
    add(
      middleware: <Output>(
        next: (sending: Sending) => Promise<Output>,
      ) => (sending: Sending) => Promise<Output>,
      options: { step: "build" },
    ): void;
  };
}

const clients = new WeakMap<AwsAccess, Map<unknown, Destroyable>>();
const families = new WeakMap<AwsAccess, Set<AwsAccess>>();

/** Returns the only client of a class for this context, e.g. `client(IAMClient, context)`; connections are shared. */
export function client<Client extends Destroyable>(
  Class: new (settings: ClientSettings) => Client,
  context: ProviderContext,
): Client {
  const known = clients.get(context.aws) ?? new Map<unknown, Destroyable>();
  clients.set(context.aws, known);
  const home = context.aws.home ?? context.aws;
  families.set(home, (families.get(home) ?? new Set()).add(context.aws));
  let found = known.get(Class) as Client | undefined;
  if (!found) {
    const { endpoint, region, credentials } = context.aws;
    found = new Class({ endpoint, region, credentials, maxAttempts: 5 });
    addCauseHeader(found);
    known.set(Class, found);
  }
  return found;
}

/** Adds to a client's calls which resource they are for, so that the trace shows them below it. */
function addCauseHeader(made: unknown): void {
  // The types of the clients' requests differ, but not in anything that is used here.
  const { middlewareStack } = made as WithMiddleware;
  middlewareStack.add(
    (next) => (sending) => {
      const by = cause();
      const { headers } = sending.request as { headers: Record<string, string> };
      if (by) headers["X-Amzn-Trace-Id"] = traceHeader(by);
      return next(sending);
    },
    { step: "build" },
  );
}

/** Closes the connections of every client that was created for this context, in every region. */
export function destroyClients(context: ProviderContext): void {
  for (const access of families.get(context.aws) ?? []) {
    for (const made of clients.get(access)?.values() ?? []) made.destroy();
    clients.delete(access);
  }
  families.delete(context.aws);
}
