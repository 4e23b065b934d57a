import type * as grpc from "@grpc/grpc-js";
import * as engineProto from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { DeploymentEvents, Severity } from "../deployment/events";

const SEVERITIES: readonly Severity[] = ["debug", "info", "warning", "error"];

/**
 * The Engine service: receives the program's log lines, and stores the root resource. Once the run has `failed`, errors
 * of the SDK only say that the engine has hung up: they are left out.
 */
export function engineService(
  events: DeploymentEvents,
  failed: () => boolean,
): grpc.UntypedServiceImplementation {
  let root = "";
  const log: grpc.handleUnaryCall<engineProto.LogRequest, Empty> = ({ request }, answer) => {
    const severity = SEVERITIES[request.getSeverity()] ?? "info";
    if (severity !== "error" || !failed())
      events.emit("diagnostic", {
        severity,
        message: request.getMessage(),
        urn: request.getUrn(),
        ephemeral: request.getEphemeral(),
      });
    answer(null, new Empty());
  };
  const getRootResource: grpc.handleUnaryCall<Empty, engineProto.GetRootResourceResponse> = (
    _call,
    answer,
  ) => {
    const response = new engineProto.GetRootResourceResponse();
    response.setUrn(root);
    answer(null, response);
  };
  const setRootResource: grpc.handleUnaryCall<
    engineProto.SetRootResourceRequest,
    engineProto.SetRootResourceResponse
  > = ({ request }, answer) => {
    root = request.getUrn();
    answer(null, new engineProto.SetRootResourceResponse());
  };
  const startDebugging: grpc.handleUnaryCall<engineProto.StartDebuggingRequest, Empty> = (
    _call,
    answer,
  ) => answer(null, new Empty());
  // The real CLI compares versions here; this engine supports the protocol of the SDK that it was tested with.
  const requirePulumiVersion: grpc.handleUnaryCall<
    engineProto.RequirePulumiVersionRequest,
    engineProto.RequirePulumiVersionResponse
  > = (_call, answer) => answer(null, new engineProto.RequirePulumiVersionResponse());
  return { log, getRootResource, setRootResource, startDebugging, requirePulumiVersion };
}
