import type * as grpc from "@grpc/grpc-js";
import * as engineProto from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { DeploymentEvents, Severity } from "./events";

const SEVERITIES: readonly Severity[] = ["debug", "info", "warning", "error"];

/** The Engine service: the program's log lines, and the root resource it remembers. */
export function engineService(events: DeploymentEvents): grpc.UntypedServiceImplementation {
  let root = "";
  const log: grpc.handleUnaryCall<engineProto.LogRequest, Empty> = ({ request }, answer) => {
    events.emit("diagnostic", {
      severity: SEVERITIES[request.getSeverity()] ?? "info",
      message: request.getMessage(),
      urn: request.getUrn(),
      ephemeral: request.getEphemeral(),
    });
    answer(null, new Empty());
  };
  const getRootResource: grpc.handleUnaryCall<Empty, engineProto.GetRootResourceResponse> = (_call, answer) => {
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
  const startDebugging: grpc.handleUnaryCall<engineProto.StartDebuggingRequest, Empty> = (_call, answer) =>
    answer(null, new Empty());
  // The real CLI compares versions here; this engine speaks the protocol of the SDK it was tested with.
  const requirePulumiVersion: grpc.handleUnaryCall<
    engineProto.RequirePulumiVersionRequest,
    engineProto.RequirePulumiVersionResponse
  > = (_call, answer) => answer(null, new engineProto.RequirePulumiVersionResponse());
  return { log, getRootResource, setRootResource, startDebugging, requirePulumiVersion };
}
