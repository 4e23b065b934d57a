import * as grpc from "@grpc/grpc-js";
import * as providerProto from "@pulumi/pulumi/proto/provider_pb";
import * as statusProto from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { errorText } from "../errorText";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

/**
 * Returns the answer for a resource that exists but does not match its inputs yet: the engine keeps it in its state
 * with these properties and tries again at the next update. gRPC sends such an answer in the binary metadata
 * `grpc-status-details-bin` (a google.rpc.Status).
 */
export function initFailure(
  error: Error,
  found: { id: string; properties: Struct; inputs: Struct },
): Partial<grpc.StatusObject> {
  const detail = new providerProto.ErrorResourceInitFailed();
  detail.setId(found.id);
  detail.setProperties(found.properties);
  detail.setInputs(found.inputs);
  detail.setReasonsList([errorText(error)]);
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusProto.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(errorText(error));
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: errorText(error), metadata };
}
