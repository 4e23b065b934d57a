import * as grpc from "@grpc/grpc-js";
import * as engine from "@pulumi/pulumi/proto/engine_pb";
import * as engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import * as resource from "@pulumi/pulumi/proto/resource_pb";
import * as resourceGrpc from "@pulumi/pulumi/proto/resource_grpc_pb";
import { spawn } from "node:child_process";
import * as path from "node:path";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

export interface Preview {
  exitCode: number | null;
  /** Diagnostics of severity warning and above, with the name of their resource. */
  diagnostics: { severity: "warning" | "error"; message: string; resource: string }[];
  /** Inputs of each resource, by "type name". */
  resources: Map<string, Record<string, unknown>>;
}

/** What the programs of the real CLI load first in tests. */
const PRELOAD = path.join(__dirname, "../../../localcloud/test/support/cliPreload.cjs");

/**
 * Runs a program like `pulumi preview`: Pulumi's own launcher in a separate process, against an engine that only knows
 * the inputs, so that every output of a custom resource is unknown.
 */
export async function previewProgram(main: string): Promise<Preview> {
  const preview: Preview = { exitCode: null, diagnostics: [], resources: new Map() };
  const server = new grpc.Server();
  server.addService(resourceGrpc.ResourceMonitorService, monitorOf(preview));
  server.addService(engineGrpc.EngineService, engineOf(preview));
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (e, bound) => (e ? reject(e) : resolve(bound)));
  });
  try {
    preview.exitCode = await launch(main, `127.0.0.1:${port}`);
  } finally {
    server.forceShutdown();
  }
  return preview;
}

function launch(main: string, address: string): Promise<number | null> {
  const child = spawn(
    process.execPath,
    [
      `--require=${PRELOAD}`,
      require.resolve("@pulumi/pulumi/cmd/run"),
      `--monitor=${address}`,
      `--engine=${address}`,
      "--project=project",
      "--stack=stack",
      "--organization=organization",
      "--dry-run=true",
      "--parallel=16",
      `--pwd=${process.cwd()}`,
      main,
    ],
    {
      stdio: "ignore",
      env: {
        ...process.env,
        PULUMI_NODEJS_TYPESCRIPT: "true",
        PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      },
    },
  );
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
}

type Handler = grpc.handleUnaryCall<never, unknown>;

/** A service with only the answers that a program without providers needs; everything else is unimplemented. */
function serve(
  service: object,
  handlers: Record<string, (request: never) => unknown>,
): grpc.UntypedServiceImplementation {
  const entries = Object.keys(service).map((name): [string, Handler] => [
    name,
    (call, answer) => {
      const handler = handlers[name];
      if (handler) answer(null, handler(call.request));
      else answer({ code: grpc.status.UNIMPLEMENTED, details: name });
    },
  ]);
  return Object.fromEntries(entries) as grpc.UntypedServiceImplementation;
}

function monitorOf(preview: Preview): grpc.UntypedServiceImplementation {
  return serve(resourceGrpc.ResourceMonitorService, {
    supportsFeature(request: resource.SupportsFeatureRequest) {
      const answer = new resource.SupportsFeatureResponse();
      answer.setHassupport(["secrets", "resourceReferences"].includes(request.getId()));
      return answer;
    },
    registerResource(request: resource.RegisterResourceRequest) {
      const [type, name] = [request.getType(), request.getName()];
      const inputs = request.getObject()?.toJavaScript() as Record<string, unknown> | undefined;
      preview.resources.set(`${type} ${name}`, inputs ?? {});
      const answer = new resource.RegisterResourceResponse();
      answer.setUrn(`urn:pulumi:stack::project::${type}::${name}`);
      answer.setObject(request.getObject() ?? new Struct());
      return answer;
    },
    registerResourceOutputs: () => new Empty(),
    registerPackage() {
      const answer = new resource.RegisterPackageResponse();
      answer.setRef("package");
      return answer;
    },
    invoke: () => new provider.InvokeResponse(),
    signalAndWaitForShutdown: () => new Empty(),
  });
}

function engineOf(preview: Preview): grpc.UntypedServiceImplementation {
  return serve(engineGrpc.EngineService, {
    log(request: engine.LogRequest) {
      const isError = request.getSeverity() >= engine.LogSeverity.ERROR;
      if (request.getSeverity() >= engine.LogSeverity.WARNING) {
        preview.diagnostics.push({
          severity: isError ? "error" : "warning",
          message: request.getMessage(),
          resource: request.getUrn().split("::").pop() ?? "",
        });
      }
      return new Empty();
    },
    getRootResource: () => new engine.GetRootResourceResponse(),
    setRootResource: () => new engine.SetRootResourceResponse(),
    requirePulumiVersion: () => new engine.RequirePulumiVersionResponse(),
  });
}
