import { createRequire } from "node:module";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ResourceProvider } from "./resourceProvider";
import { watchEngine } from "./watchEngine";

/** Functions arrive as whole archives: the limit is that of the engine, 400 MB. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** The version of @pulumi/aws that this provider was written against. */
const KNOWN_VERSION = "7.48.0";

/**
 * Serves the `aws` provider to the Pulumi engine that started this process: prints the port that it listens on as the
 * first line of stdout, as a plugin must, and runs until a signal stops it or the engine is gone.
 *
 * @param engine the engine's address; without it the process that started the plugin must end it.
 */
export async function servePlugin(engine = process.argv.at(2)): Promise<void> {
  const provider = new ResourceProvider(programVersion() ?? KNOWN_VERSION, process.env);
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(ResourceProviderService, complete(provider.service()));
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  process.stdout.write(`${port}\n`);
  let endWatch = (): void => undefined;
  const stop = (): void => {
    endWatch();
    server.forceShutdown();
    provider.close();
  };
  // The engine ends its plugins with SIGINT, and kills those that still run after five seconds.
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  // Work under way is dropped: nobody would receive its result.
  if (engine !== undefined) endWatch = watchEngine(engine, () => process.exit(1));
}

/** Adds the missing methods of the service; they answer UNIMPLEMENTED, which the engine handles. */
function complete(
  handlers: Readonly<Record<string, grpc.UntypedHandleCall | undefined>>,
): grpc.UntypedServiceImplementation {
  const missing: grpc.handleUnaryCall<unknown, unknown> = (_call, answer) =>
    answer({ code: grpc.status.UNIMPLEMENTED, details: "not part of this provider" });
  return Object.fromEntries(
    Object.keys(ResourceProviderService).map((name) => [name, handlers[name] ?? missing]),
  );
}

/** Returns the version of the program's @pulumi/aws: the engine warns if the plugin is older than that. */
function programVersion(): string | undefined {
  try {
    const found = createRequire(path.join(process.cwd(), "package.json"));
    return (found("@pulumi/aws/package.json") as { version?: string }).version;
  } catch {
    return undefined;
  }
}
