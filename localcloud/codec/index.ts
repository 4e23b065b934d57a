/**
 * The wire codec of the local cloud: one codec for all AWS protocols, driven by the schemas that the SDK clients
 * export. `NormalizedSchema` is the only part of the SDK's internals that it uses.
 *
 * Not supported: event streams in requests and in RPC protocols (StartLiveTail, GetLogObject), S3's addressing and
 * chunked uploads, and members in a host prefix.
 */
export { type InputRules, inputCheck } from "./checkInput";
export { type Constraints, without, withoutPatterns } from "./model/constraints";
export { type DecodedCall, decodeRequest } from "./decode";
export { encodeResult } from "./encode";
export { encodeError } from "./errors";
export { rpcJson } from "./formats/json";
export { loadCodec, type Protocol, type ServiceCodec } from "./model/serviceCodec";
export { protocolOf } from "./protocol";
export { encodeQueryJson, encodeQueryJsonError } from "./queryJson";
export type { Schema } from "./model/schema";
export { readValue, type ValueFormat, wrongKind } from "./formats/values";
