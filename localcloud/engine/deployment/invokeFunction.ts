import * as providerProto from "@pulumi/pulumi/proto/provider_pb";
import * as resourceProto from "@pulumi/pulumi/proto/resource_pb";
import { UnsupportedError } from "../../provider/core";
import { errorText } from "../../provider/errorText";
import { fromStruct, plainProperties, toStruct, withSecrets } from "../../provider/values";
import { DeploymentError } from "./events";
import { providerUrn } from "./goal";
import type { MonitorOptions } from "./monitorOptions";
import { markedOutputs } from "../state/state";

/** AWS refused a function call of the program, which may catch this error. */
export class InvokeError extends Error {}

/** Calls a function of the provider for the program, such as `aws.getCallerIdentity`. */
export async function invokeFunction(
  request: resourceProto.ResourceInvokeRequest,
  { providers, state }: MonitorOptions,
): Promise<providerProto.InvokeResponse> {
  const token = request.getTok();
  const args = plainProperties(fromStruct(request.getArgs()));
  const response = newInvokeResponse();
  if (token === "pulumi:pulumi:getResource") {
    const found = state.get(String(args.urn));
    if (!found) throw new DeploymentError(String(args.urn), "There is no resource with this URN.");
    response.setReturn(toStruct({ urn: found.urn, id: found.id, state: markedOutputs(found) }));
    return response;
  }
  const provider = providers.of(providerUrn(request.getProvider()));
  const results = await provider.invoke(token, args).catch((error: unknown) => {
    // The program may handle a refusal of AWS (a parameter that does not exist yet).
    if (error instanceof UnsupportedError) throw error;
    throw new InvokeError(`invocation of ${token} returned an error: ${errorText(error)}`);
  });
  response.setReturn(toStruct(withSecrets(results, provider.secretResults(token))));
  return response;
}

/** Newer SDKs expect a message of the resource protocol as the answer to an invoke, older ones the provider's. */
function newInvokeResponse(): providerProto.InvokeResponse {
  const newer = (resourceProto as { ResourceInvokeResponse?: typeof providerProto.InvokeResponse })
    .ResourceInvokeResponse;
  return new (newer ?? providerProto.InvokeResponse)();
}
