import type { IResourceMonitorServer } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as resourceProto from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { fromStruct, plainProperties, secretKeys, toStruct } from "../../provider/values";
import { DeploymentError } from "../deployment/events";
import { goalOf, refuseUnsupported, type RegisterRequest } from "../deployment/goal";
import { invokeFunction } from "../deployment/invokeFunction";
import type { MonitorOptions } from "../deployment/monitorOptions";
import { PROVIDER_TYPE } from "../deployment/providers";
import { readResource } from "../deployment/readResource";
import { RequestRunner } from "./requestRunner";
import { markedOutputs, type ResourceState } from "../state/state";
import { childUrn, STACK_TYPE } from "../state/urn";

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

/** The service that a Pulumi program calls to register, read and look up resources. */
export class ResourceMonitor {
  stackOutputs: Record<string, unknown> = {};
  private stackUrn = "";
  /** Former URNs of the resources that this run registered; children inherit them. */
  private readonly aliases = new Map<string, readonly string[]>();
  private readonly requests: RequestRunner;

  constructor(private readonly options: MonitorOptions) {
    this.requests = new RequestRunner(options.events, () => this.stackUrn);
  }

  /** The first failure, which ends the run. */
  get failure(): DeploymentError | undefined {
    return this.requests.failure;
  }

  /** Ends the run from outside (Ctrl-C): steps under way are finished, nothing new starts. */
  fail(error: DeploymentError): void {
    this.requests.fail(error);
  }

  /** Reports a failure outside of the program's requests, which ends the run, and returns it. */
  report(error: unknown): DeploymentError {
    return this.requests.report(error);
  }

  /** Resolves when no request is being processed. */
  settled(): Promise<void> {
    return this.requests.settled();
  }

  service(): Partial<IResourceMonitorServer> {
    const { options, requests } = this;
    return {
      supportsFeature: requests.unary((request) => {
        const response = new resourceProto.SupportsFeatureResponse();
        response.setHassupport(FEATURES.has(request.getId()));
        return response;
      }),
      registerResource: requests.unary((request) => this.register(request)),
      registerResourceOutputs: requests.unary((request) => this.registerOutputs(request)),
      readResource: requests.unary((request) => readResource(request, options)),
      invoke: requests.unary((request) => invokeFunction(request, options)),
      call: requests.unary((request) => {
        throw this.refuse(request.getTok(), "Methods of remote components");
      }),
      registerStackTransform: requests.unary(() => {
        throw this.refuse(this.stackUrn, "Stack transforms");
      }),
      registerStackInvokeTransform: requests.unary(() => {
        throw this.refuse(this.stackUrn, "Invoke transforms");
      }),
      registerResourceHook: requests.unary(() => {
        throw this.refuse(this.stackUrn, "Resource hooks");
      }),
      registerErrorHook: requests.unary(() => {
        throw this.refuse(this.stackUrn, "Error hooks");
      }),
      registerPackage: requests.unary((request) => {
        throw this.refuse(this.stackUrn, `Parameterized packages ('${request.getName()}')`);
      }),
      signalAndWaitForShutdown: requests.unary(() => new Empty()),
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
    response.setObject(toStruct(markedOutputs(state)));
    return response;
  }

  private async apply(urn: string, request: RegisterRequest): Promise<ResourceState> {
    const parent = request.getParent();
    const aliases = this.aliases.get(parent) ?? [];
    const goal = goalOf(urn, request, this.options, { ...this.options.state.get(parent), aliases });
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
}
