import * as grpc from "@grpc/grpc-js";
import type { IResourceMonitorServer } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as resourceProto from "@pulumi/pulumi/proto/resource_pb";
import * as providerProto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { UnsupportedError } from "../provider/core";
import { errorText } from "../provider/errorText";
import { fromStruct, plainProperties, secretKeys, toStruct, withSecrets } from "../provider/values";
import type { AnswerOrder } from "./answerOrder";
import type { Deployment } from "./deployment";
import { DeploymentError, type DeploymentEvents } from "./events";
import { goalOf, providerUrn, refuseUnsupported, type RegisterRequest } from "./goal";
import { PROVIDER_TYPE, type Providers } from "./providers";
import type { ResourceState, StackState } from "./state";
import { childUrn, STACK_TYPE } from "./urn";

/** Features of the engine protocol that the SDK may use here. */
const FEATURES = new Set([
  "secrets",
  "resourceReferences",
  "outputValues",
  "aliasSpecs",
  "deletedWith",
  // Declared as supported, so that their use is refused with this engine's own message.
  "transforms",
  "invokeTransforms",
  "resourceHooks",
  "errorHooks",
]);

export interface MonitorOptions {
  readonly project: string;
  readonly stack: string;
  readonly state: StackState;
  readonly deployment: Deployment;
  readonly providers: Providers;
  readonly events: DeploymentEvents;
  readonly order: AnswerOrder;
}

/**
 * The service that a Pulumi program calls. The first failure ends the run: it is reported once, by this class, and
 * every later request is answered UNAVAILABLE, which the SDK takes as "stop quietly".
 */
export class ResourceMonitor {
  failure: DeploymentError | undefined;
  stackOutputs: Record<string, unknown> = {};
  private stackUrn = "";
  /** Former URNs of the resources that this run registered; children inherit them. */
  private readonly aliases = new Map<string, readonly string[]>();
  private running = 0;
  private idle: (() => void)[] = [];

  constructor(private readonly options: MonitorOptions) {}

  /** Ends the run from outside (Ctrl-C): steps under way are finished, nothing new starts. */
  fail(error: DeploymentError): void {
    this.failure ??= error;
  }

  /** Resolves when no request is being processed. */
  async settled(): Promise<void> {
    if (this.running > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  service(): Partial<IResourceMonitorServer> {
    return {
      supportsFeature: this.unary((request) => {
        const response = new resourceProto.SupportsFeatureResponse();
        response.setHassupport(FEATURES.has(request.getId()));
        return response;
      }),
      registerResource: this.unary((request) => this.register(request)),
      registerResourceOutputs: this.unary((request) => this.registerOutputs(request)),
      readResource: this.unary((request) => this.read(request)),
      invoke: this.unary((request) => this.invoke(request)),
      call: this.unary((request) => {
        throw this.refuse(request.getTok(), "Methods of remote components");
      }),
      registerStackTransform: this.unary(() => {
        throw this.refuse(this.stackUrn, "Stack transforms");
      }),
      registerStackInvokeTransform: this.unary(() => {
        throw this.refuse(this.stackUrn, "Invoke transforms");
      }),
      registerResourceHook: this.unary(() => {
        throw this.refuse(this.stackUrn, "Resource hooks");
      }),
      registerErrorHook: this.unary(() => {
        throw this.refuse(this.stackUrn, "Error hooks");
      }),
      registerPackage: this.unary((request) => {
        throw this.refuse(this.stackUrn, `Parameterized packages ('${request.getName()}')`);
      }),
      signalAndWaitForShutdown: this.unary(() => new Empty()),
    };
  }

  private refuse(urn: string, what: string): DeploymentError {
    return new DeploymentError(
      urn,
      `${what} are not supported by the local cloud's engine; use the Pulumi CLI.`,
    );
  }

  private async register(
    request: resourceProto.RegisterResourceRequest,
  ): Promise<resourceProto.RegisterResourceResponse> {
    const urn = childUrn(this.options, request.getParent(), request.getType(), request.getName());
    this.options.deployment.claim(urn);
    refuseUnsupported(urn, request);
    const { order } = this.options;
    await order.turnOf(urn);
    // The run may have failed meanwhile: nothing new starts.
    if (this.failure) throw this.failure;
    const state = await this.apply(urn, request);
    if (request.getType() === STACK_TYPE) this.stackUrn = urn;
    order.answered(urn);
    const response = new resourceProto.RegisterResourceResponse();
    response.setUrn(urn);
    response.setId(state.id ?? "");
    response.setObject(toStruct(visibleOutputs(state)));
    return response;
  }

  private async apply(urn: string, request: RegisterRequest): Promise<ResourceState> {
    const goal = goalOf(urn, request, this.options, this.aliases.get(request.getParent()) ?? []);
    this.aliases.set(urn, goal.aliases);
    const isProvider = request.getType().startsWith("pulumi:providers:");
    if (request.getCustom() && !isProvider) return this.options.deployment.apply(goal);
    // Components and explicit providers exist only in the state.
    const inputs = plainProperties(goal.inputs);
    if (goal.type === PROVIDER_TYPE) this.options.providers.register(urn, inputs);
    const state: ResourceState = {
      ...goal,
      custom: request.getCustom(),
      id: isProvider ? `${request.getName()}-provider` : undefined,
      inputs,
      outputs: isProvider ? inputs : {},
      secrets: secretKeys(goal.inputs),
      external: false,
    };
    this.options.state.set(state);
    return state;
  }

  private registerOutputs(request: resourceProto.RegisterResourceOutputsRequest): Empty {
    const urn = request.getUrn();
    const outputs = fromStruct(request.getOutputs());
    const state = this.options.state.get(urn);
    if (!state)
      throw new DeploymentError(urn, "Outputs were registered for a resource that does not exist.");
    this.options.state.set({
      ...state,
      outputs: plainProperties(outputs),
      secrets: secretKeys(outputs),
    });
    if (urn === this.stackUrn) this.stackOutputs = outputs;
    return new Empty();
  }

  private async read(
    request: resourceProto.ReadResourceRequest,
  ): Promise<resourceProto.ReadResourceResponse> {
    const type = request.getType();
    const urn = childUrn(this.options, request.getParent(), type, request.getName());
    if (type === "pulumi:pulumi:StackReference")
      throw new DeploymentError(
        urn,
        `StackReference '${request.getName()}': no other stack is deployed on this local cloud.`,
      );
    this.options.deployment.claim(urn);
    await this.options.deployment.refreshed;
    const inputs = plainProperties(fromStruct(request.getProperties()));
    const provider = providerUrn(request.getProvider());
    const core = this.options.providers.of(provider);
    const found = await this.options.deployment.steps.run("read", urn, [], () =>
      core.import(type, request.getId(), inputs),
    );
    if (!found) throw new DeploymentError(urn, `There is no ${type} with id '${request.getId()}'.`);
    const { outputs } = found;
    const secrets = [...request.getAdditionalsecretoutputsList(), ...core.secretOutputs(type)];
    this.options.state.set({
      urn,
      type,
      custom: true,
      id: request.getId(),
      parent: request.getParent(),
      dependencies: request.getDependenciesList(),
      propertyDependencies: {},
      provider,
      inputs,
      outputs,
      secrets,
      protect: false,
      retainOnDelete: false,
      deletedWith: "",
      external: true,
    });
    const response = new resourceProto.ReadResourceResponse();
    response.setUrn(urn);
    response.setProperties(toStruct(withSecrets(outputs, secrets)));
    return response;
  }

  private async invoke(
    request: resourceProto.ResourceInvokeRequest,
  ): Promise<providerProto.InvokeResponse> {
    const token = request.getTok();
    const args = plainProperties(fromStruct(request.getArgs()));
    const response = newInvokeResponse();
    if (token === "pulumi:pulumi:getResource") {
      const state = this.options.state.get(String(args.urn));
      if (!state)
        throw new DeploymentError(String(args.urn), "There is no resource with this URN.");
      response.setReturn(toStruct({ urn: state.urn, id: state.id, state: visibleOutputs(state) }));
      return response;
    }
    const provider = this.options.providers.of(providerUrn(request.getProvider()));
    const results = await provider.invoke(token, args).catch((error: unknown) => {
      // The program may handle a refusal of AWS (a parameter that does not exist yet).
      if (error instanceof UnsupportedError) throw error;
      throw new InvokeError(`invocation of ${token} returned an error: ${errorText(error)}`);
    });
    response.setReturn(toStruct(withSecrets(results, provider.secretResults(token))));
    return response;
  }

  /** Wraps a handler: counts its requests, reports its failure once, and refuses everything after a failure. */
  private unary<Request, Response>(
    handle: (request: Request) => Response | Promise<Response>,
  ): grpc.handleUnaryCall<Request, Response> {
    return (call, answer) => {
      if (this.failure)
        return answer({ code: grpc.status.UNAVAILABLE, details: "the deployment has failed" });
      this.running += 1;
      void Promise.resolve()
        .then(() => handle(call.request))
        .then(
          (response) => answer(null, response),
          (error: unknown) => {
            if (error instanceof InvokeError)
              return answer({ code: grpc.status.UNKNOWN, details: error.message });
            this.report(error);
            answer({ code: grpc.status.UNAVAILABLE, details: "the deployment has failed" });
          },
        )
        .finally(() => {
          this.running -= 1;
          if (this.running === 0) this.idle.splice(0).forEach((resolve) => resolve());
        });
    };
  }

  /** Reports the failure to the listeners of the run, and returns it. */
  report(error: unknown): DeploymentError {
    const failure =
      error instanceof DeploymentError
        ? error
        : new DeploymentError(this.stackUrn, errorText(error), { cause: error });
    // Several requests may wait for the step that failed.
    if (this.failure === failure) return failure;
    this.failure ??= failure;
    const { urn, message } = failure;
    this.options.events.emit("diagnostic", { severity: "error", message, urn, ephemeral: false });
    return failure;
  }
}

/** AWS refused a function call of the program, which may catch this error. */
class InvokeError extends Error {}

function visibleOutputs(state: ResourceState): Record<string, unknown> {
  return withSecrets(state.outputs, state.secrets);
}

/** Newer SDKs expect a message of the resource protocol as the answer to an invoke, older ones the provider's. */
function newInvokeResponse(): providerProto.InvokeResponse {
  const newer = (resourceProto as { ResourceInvokeResponse?: typeof providerProto.InvokeResponse })
    .ResourceInvokeResponse;
  return new (newer ?? providerProto.InvokeResponse)();
}
