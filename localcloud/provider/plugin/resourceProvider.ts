import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { destroyClients } from "../clients";
import { ProviderCore, type Found } from "../core";
import { PartialFailure, type Properties, type ProviderContext } from "../types";
import { containsUnknown, secretKeys, toStruct, UNKNOWN, withSecrets } from "../values";
import { awsAccess } from "./configuration";
import { initFailure } from "./initFailure";
import { autonamingOf, checkConfig, checkFailure, diffConfig, diffResponse } from "./messages";
import { packageSchema } from "./schema";
import { copySecretMarks, received, visibleInputs } from "./wireProperties";
import { StatusError, unary } from "./unary";

/**
 * `pulumirpc.ResourceProvider` for the package `aws`, with the same ProviderCore as the local cloud's own engine. One
 * process serves one provider configuration of one command of the Pulumi CLI.
 */
export class ResourceProvider {
  private context: ProviderContext | undefined;
  private core: ProviderCore | undefined;

  /** `version` is the plugin version that @pulumi/aws expects. */
  constructor(
    private readonly version: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  service(): Partial<IResourceProviderServer> {
    return {
      handshake: unary(() => this.handshake()),
      attach: unary(() => new Empty()),
      cancel: unary(() => new Empty()),
      getPluginInfo: unary(() => new PluginInfo().setVersion(this.version)),
      getSchema: unary(() => new proto.GetSchemaResponse().setSchema(packageSchema(this.version))),
      checkConfig: unary((request) => checkConfig(request)),
      diffConfig: unary((request) => diffConfig(request)),
      configure: unary((request) => this.configure(request)),
      check: unary((request) => this.check(request)),
      diff: unary((request) => this.diff(request)),
      create: unary((request) => this.create(request)),
      read: unary((request) => this.read(request)),
      update: unary((request) => this.update(request)),
      delete: unary((request) => this.delete(request)),
      invoke: unary((request) => this.invoke(request)),
    };
  }

  close(): void {
    if (this.context) destroyClients(this.context);
  }

  private get provider(): ProviderCore {
    if (!this.core) throw new Error("The provider is not configured.");
    return this.core;
  }

  private handshake(): proto.ProviderHandshakeResponse {
    const response = new proto.ProviderHandshakeResponse();
    response.setAcceptSecrets(true);
    response.setAcceptResources(false);
    response.setAcceptOutputs(false);
    response.setSupportsAutonamingConfiguration(true);
    return response;
  }

  private async configure(request: proto.ConfigureRequest): Promise<proto.ConfigureResponse> {
    const aws = await awsAccess(received(request.getArgs()).values, this.environment);
    // The engine starts a provider in the program's folder.
    this.context = { aws, programDirectory: process.cwd() };
    this.core = new ProviderCore(this.context);
    const response = new proto.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setAcceptresources(false);
    response.setAcceptoutputs(false);
    response.setSupportspreview(true);
    response.setSupportsAutonamingConfiguration(true);
    return response;
  }

  private check(request: proto.CheckRequest): proto.CheckResponse {
    const news = received(request.getNews());
    const olds = request.getOlds() && received(request.getOlds()).values;
    const { inputs, failures } = this.provider.check({
      urn: request.getUrn(),
      type: typeOf(request.getUrn()),
      olds: olds && Object.keys(olds).length > 0 ? olds : undefined,
      news: news.values,
      randomSeed: request.getRandomseed_asU8(),
      autonaming: autonamingOf(request),
    });
    const response = new proto.CheckResponse();
    response.setInputs(copySecretMarks(inputs, news.marked));
    failures.forEach(({ property, reason }) =>
      response.addFailures(checkFailure(property, reason)),
    );
    return response;
  }

  private diff(request: proto.DiffRequest): proto.DiffResponse {
    const olds = received(request.getOldInputs() ?? request.getOlds()).values;
    const news = received(request.getNews()).values;
    return diffResponse(this.provider.diff(typeOf(request.getUrn()), olds, news));
  }

  private async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    const type = typeOf(request.getUrn());
    const inputs = received(request.getProperties());
    const response = new proto.CreateResponse();
    if (request.getPreview()) {
      // Omitted properties are unknown to the program: everything that AWS decides.
      response.setProperties(this.outputs(type, visibleInputs(inputs.values), inputs.marked));
      return response;
    }
    try {
      const { id, outputs } = await this.provider.create(type, inputs.values);
      response.setId(id);
      response.setProperties(this.outputs(type, outputs, inputs.marked));
      return response;
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      const { id, outputs, reason } = error;
      const found = await this.provider.refresh(type, id, inputs.values).catch(() => undefined);
      throw this.initFailure(
        reason,
        type,
        id,
        found ?? { inputs: inputs.values, outputs },
        inputs.marked,
      );
    }
  }

  private async read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
    const type = typeOf(request.getUrn());
    const id = request.getId();
    const inputs = received(request.getInputs());
    const state = received(request.getProperties());
    const isOurs = Object.keys(inputs.values).length > 0;
    const found = isOurs
      ? await this.provider.refresh(type, id, inputs.values)
      : await this.provider.import(type, id, state.values);
    const response = new proto.ReadResponse();
    // An empty id means that it does not exist.
    if (!found) return response;
    response.setId(String(found.outputs.id));
    // Values that AWS does not return (the result of an invocation) stay.
    const outputs = { ...state.values, ...found.outputs };
    response.setProperties(this.outputs(type, outputs, state.marked, inputs.marked));
    const secretInputs = this.provider.secretOutputs(type).filter((name) => name in found.inputs);
    response.setInputs(
      isOurs
        ? copySecretMarks(found.inputs, inputs.marked)
        : toStruct(withSecrets(found.inputs, secretInputs)),
    );
    return response;
  }

  private async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
    const type = typeOf(request.getUrn());
    const id = request.getId();
    const news = received(request.getNews());
    const state = received(request.getOlds());
    const olds = received(request.getOldInputs());
    const response = new proto.UpdateResponse();
    if (request.getPreview()) {
      const outputs = {
        ...without(state.values, Object.keys(olds.values)),
        ...visibleInputs(news.values),
      };
      for (const name of this.provider.volatileOutputs(type)) outputs[name] = UNKNOWN;
      response.setProperties(this.outputs(type, outputs, news.marked));
      return response;
    }
    try {
      // After an update that stopped halfway the engine diffs against inputs that were never applied.
      const actual = await this.provider.refresh(type, id, olds.values);
      const outputs = await this.provider.update(
        type,
        id,
        news.values,
        actual?.inputs ?? olds.values,
      );
      response.setProperties(this.outputs(type, outputs, news.marked));
      return response;
    } catch (error) {
      const found = await this.provider.refresh(type, id, olds.values).catch(() => undefined);
      if (!found || !(error instanceof Error)) throw error;
      throw this.initFailure(error, type, id, found, olds.marked);
    }
  }

  private async delete(request: proto.DeleteRequest): Promise<Empty> {
    const outputs = received(request.getProperties()).values;
    const inputs = received(request.getOldInputs()).values;
    await this.provider.delete(typeOf(request.getUrn()), request.getId(), inputs, outputs);
    return new Empty();
  }

  private async invoke(request: proto.InvokeRequest): Promise<proto.InvokeResponse> {
    const response = new proto.InvokeResponse();
    const args = received(request.getArgs());
    // During a preview the result for unknown arguments is unknown too.
    if (containsUnknown(args.values)) return response;
    const results = await this.provider.invoke(request.getTok(), args.values);
    response.setReturn(
      toStruct(withSecrets(results, this.provider.secretResults(request.getTok()))),
    );
    return response;
  }

  /** Returns outputs with the type's secrets and those of the inputs that they come from. */
  private outputs(
    type: string,
    values: Properties,
    ...sources: readonly Properties[]
  ): ReturnType<typeof toStruct> {
    const secrets = new Set([...this.provider.secretOutputs(type), ...sources.flatMap(secretKeys)]);
    return toStruct(withSecrets(values, secrets));
  }

  private initFailure(
    error: Error,
    type: string,
    id: string,
    found: Found,
    marked: Properties,
  ): StatusError {
    return new StatusError(
      initFailure(error, {
        id,
        properties: this.outputs(type, found.outputs, marked),
        inputs: copySecretMarks(found.inputs, marked),
      }),
    );
  }
}

function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function without(properties: Properties, keys: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)));
}
