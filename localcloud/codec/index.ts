/**
 * The wire codec of the local cloud: one codec for every AWS protocol, driven by the schemas that the SDK clients
 * export. `NormalizedSchema` is all it takes from the SDK's internals.
 *
 * Not covered: event streams (InvokeWithResponseStream, StartLiveTail, GetLogObject), S3's addressing and
 * chunked uploads, and members whose host prefix would carry them.
 */
export { type InputRules, inputCheck } from "./checkInput";
export { type Constraints, without, withoutPatterns } from "./constraints";
export { type DecodedCall, decodeRequest } from "./decode";
export { encodeResult } from "./encode";
export { encodeError } from "./errors";
export { loadCodec, type Protocol, type ServiceCodec } from "./model";
export { protocolOf } from "./protocol";
export { encodeQueryJson, encodeQueryJsonError } from "./queryJson";
