import * as resourceProto from "@pulumi/pulumi/proto/resource_pb";
import { fromStruct, plainProperties, toStruct, withSecrets } from "../../provider/values";
import { DeploymentError } from "./events";
import { providerUrn } from "./goal";
import type { MonitorOptions } from "./monitorOptions";
import { childUrn } from "../state/urn";

/** Reads an existing resource that the stack does not manage (`.get()`), and records it in the state. */
export async function readResource(
  request: resourceProto.ReadResourceRequest,
  run: MonitorOptions,
): Promise<resourceProto.ReadResourceResponse> {
  const { deployment, providers, state } = run;
  const type = request.getType();
  const urn = childUrn(run, request.getParent(), type, request.getName());
  if (type === "pulumi:pulumi:StackReference")
    throw new DeploymentError(
      urn,
      `StackReference '${request.getName()}': no other stack is deployed on this local cloud.`,
    );
  deployment.claim(urn);
  await deployment.refreshed;
  const inputs = plainProperties(fromStruct(request.getProperties()));
  const provider = providerUrn(request.getProvider());
  const core = providers.of(provider);
  const found = await deployment.steps.run("read", urn, [], () =>
    core.import(type, request.getId(), inputs),
  );
  if (!found) throw new DeploymentError(urn, `There is no ${type} with id '${request.getId()}'.`);
  const { outputs } = found;
  const secrets = [...request.getAdditionalsecretoutputsList(), ...core.secretOutputs(type)];
  state.set({
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
