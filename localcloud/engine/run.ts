import { EventEmitter } from "node:events";
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import type { ProviderCore } from "../provider/core";
import { unsupportedSettings } from "../provider/settings";
import { AnswerOrder, LastUpdate } from "./deployment/answerOrder";
import type { Changes } from "./deployment/changes";
import type { Service } from "./protocol/channelServer";
import { Deployment } from "./deployment/deployment";
import { engineService } from "./protocol/engineService";
import {
  DeploymentError,
  type DeploymentEventMap,
  type DeploymentEvents,
} from "./deployment/events";
import { ResourceMonitor } from "./protocol/monitor";
import { Program, type ProgramOptions } from "./program/program";
import type { ProgramHosts } from "./program/programHosts";
import { Providers } from "./deployment/providers";
import { refreshState } from "./deployment/refresh";
import type { Project } from "./project/project";
import type { StackState } from "./state/state";
import { nameOf, typeOf } from "./state/urn";
import { plain, secretKeys } from "../provider/values";

export interface RunOptions {
  readonly project: Project;
  readonly state: StackState;
  readonly provider: ProviderCore;
  readonly environment: NodeJS.ProcessEnv;
  readonly events?: DeploymentEvents;
  /** Parallelism of the program: 1 = one registration at a time. Default 16, like the CLI. */
  readonly parallel?: number;
  readonly signal?: AbortSignal;
  /** Lets a refresh skip unchanged resources. Default: it reads everything. */
  readonly changes?: Changes;
  /** Resources that the previous update changed, which are answered first; records this update. */
  readonly lastUpdate?: LastUpdate;
  /** Where the program runs. Default: in a separate process. */
  readonly hosts?: ProgramHosts;
  onOutput?(line: string): void;
}

export interface RunResult {
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Names of the outputs that are secret. */
  readonly secretOutputs: readonly string[];
}

const DEFAULT_PARALLEL = 16;

/** Registrations contain whole function archives: the limit is that of the CLI, 400 MB. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** Settings of the engine that do not affect what is deployed. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(["pulumi:tags"]);

export function createDeploymentEvents(): DeploymentEvents {
  return new EventEmitter<DeploymentEventMap>();
}

/**
 * Runs the program once and brings the stack to the state that it describes. Rejects with a DeploymentError if a
 * resource or the program fails; then nothing was deleted and the state contains what really exists.
 */
export async function runProgram(options: RunOptions): Promise<RunResult> {
  const { project, state, provider } = options;
  refuseUnsupportedSettings(project);
  const events = options.events ?? createDeploymentEvents();
  const providers = new Providers(provider, state.all());
  const parallel = options.parallel ?? DEFAULT_PARALLEL;
  // In parallel with the program, which takes longer, and so starts first.
  let begin = (): void => undefined;
  const started = new Promise<void>((resolve) => (begin = resolve));
  const refreshed = project.refresh
    ? started.then(() =>
        refreshState({
          ...{ state, providers, events, parallel: Math.max(parallel, 1) },
          reading: options.changes?.begin(),
        }),
      )
    : undefined;
  const deployment = new Deployment(state, providers, project.programDirectory, events, refreshed);
  const { lastUpdate = new LastUpdate() } = options;
  const first = lastUpdate.withDependencies(state);
  const order = new AnswerOrder(first);
  const endUpdate = lastUpdate.follow(events);
  const monitor = new ResourceMonitor({
    order,
    project: project.name,
    stack: project.stack,
    state,
    deployment,
    providers,
    events,
  });
  refreshed?.catch((error: unknown) => monitor.report(error));
  const services = servicesOf(monitor, events);
  const server = await serve(services);
  try {
    const programOptions: ProgramOptions = {
      project,
      address: server.address,
      services,
      parallel,
      environment: options.environment,
      first: [...first].map((urn) => ({ type: typeOf(urn), name: nameOf(urn) })),
      // After a failure the SDK only reports that the engine has hung up.
      onOutput: (line) => monitor.failure ?? options.onOutput?.(line),
    };
    const program = options.hosts?.start(programOptions) ?? new Program(programOptions);
    begin();
    const stop = (): void => {
      monitor.fail(new DeploymentError("", "The run was interrupted."));
      program.stop();
    };
    options.signal?.addEventListener("abort", stop, { once: true });
    if (options.signal?.aborted) stop();
    const exit = await program.exited;
    options.signal?.removeEventListener("abort", stop);
    await monitor.settled();
    if (monitor.failure) throw monitor.failure;
    if (exit.code !== 0)
      throw new DeploymentError(
        "",
        exit.code === null
          ? `The program was ended by ${exit.signal}.`
          : `The program failed (exit code ${exit.code})${state.all().length > 0 ? "; nothing was deleted" : ""}.`,
      );
    await deployment
      .deleteRest(() => options.signal?.aborted ?? false)
      .catch((error: unknown) => Promise.reject(monitor.report(error)));
    return {
      outputs: plain(monitor.stackOutputs) as Record<string, unknown>,
      secretOutputs: secretKeys(monitor.stackOutputs),
    };
  } finally {
    order.end();
    endUpdate();
    server.close();
  }
}

/**
 * Refuses settings such as `aws:defaultTags` for the stack's default provider, and `pulumi:` settings for the engine.
 */
function refuseUnsupportedSettings({ config, stack }: Project): void {
  const ofEngine = Object.keys(config).find(
    (key) => key.startsWith("pulumi:") && !WITHOUT_EFFECT.has(key),
  );
  if (ofEngine !== undefined)
    throw new DeploymentError(
      "",
      `Stack '${stack}' sets '${ofEngine}', which the local cloud's engine does not support; the Pulumi CLI does.`,
    );
  const settings = Object.entries(config)
    .filter(([key]) => key.startsWith("aws:"))
    .map(([key, value]): [string, string] => [key.split(":").at(-1) ?? "", value]);
  const [unsupported] = unsupportedSettings(Object.fromEntries(settings));
  if (unsupported !== undefined)
    throw new DeploymentError(
      "",
      `Stack '${stack}' sets 'aws:${unsupported}', which the local cloud's provider does not support.`,
    );
}

function servicesOf(monitor: ResourceMonitor, events: DeploymentEvents): Service[] {
  const engine = engineService(events, () => monitor.failure !== undefined);
  return [
    { definition: ResourceMonitorService, handlers: monitor.service() },
    { definition: EngineService, handlers: engine },
  ].map(({ definition, handlers }) => ({ definition, handlers: complete(definition, handlers) }));
}

async function serve(services: readonly Service[]): Promise<{ address: string; close(): void }> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  for (const { definition, handlers } of services) server.addService(definition, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

/** Adds the missing methods of a service; they answer UNIMPLEMENTED, which the SDK takes as "older engine". */
function complete(
  definition: object,
  handlers: Readonly<Record<string, grpc.UntypedHandleCall | undefined>>,
): grpc.UntypedServiceImplementation {
  const missing: grpc.handleUnaryCall<unknown, unknown> = (_call, answer) =>
    answer({ code: grpc.status.UNIMPLEMENTED, details: "not part of this engine" });
  return Object.fromEntries(
    Object.keys(definition).map((name) => [name, handlers[name] ?? missing]),
  );
}
