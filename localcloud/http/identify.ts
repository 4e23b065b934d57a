import { AwsError } from "../core/errors";
import { rootPrincipal } from "../core/principal";
import { ROOT_CREDENTIALS } from "../core/rootCredentials";
import type { IdentityDirectory } from "../core/identity";
import type { SignedCaller, WireRequest } from "../core/service";
import { type Authorization, basicDate, parseAuthorization, verifySignature } from "./signature";

/**
 * Returns the caller who signed the request; undefined without a signature. Errors have the names of JSON services
 * (`errorResponse` translates them).
 *
 * Keys that the cloud issued (sessions, users) must have a valid signature. Any other long-term key belongs to the
 * owner of this computer and acts as the account's root user: its secret is unknown here. Refused as root are session
 * keys, deleted keys that the cloud issued, and calls from deployed code.
 */
export async function identifyCaller(
  request: WireRequest,
  identity: IdentityDirectory,
  accountId: string,
  now: number,
): Promise<SignedCaller | undefined> {
  const authorization = parseAuthorization(request);
  if (!authorization) return undefined;
  const { accessKeyId, region, service } = authorization;
  const expired = expiry(authorization, now);
  if (expired) throw expired;
  const issued = identity.findByAccessKey(accessKeyId);
  if (!issued) {
    if (!isPossiblyDeveloper(accessKeyId, request, identity)) throw unrecognized();
    return { principal: rootPrincipal(accountId), region, signingName: service };
  }
  if (issued.expiration && issued.expiration.getTime() <= now)
    throw new AwsError(
      "ExpiredTokenException",
      "The security token included in the request is expired",
    );
  const result = verifySignature(request, { accessKeyId, ...issued });
  if (result === "wrong session token") throw wrongToken(authorization);
  if (result !== "valid")
    throw new AwsError(
      "InvalidSignatureException",
      "The request signature we calculated does not match the signature you provided. " +
        `Check your AWS Secret Access Key and signing method. (${result})`,
    );
  return { principal: issued.principal, region, signingName: service };
}

function unrecognized(): AwsError {
  return new AwsError(
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
  );
}

/** S3 distinguishes a wrong session token from a missing one. */
function wrongToken({ service, sessionToken }: Authorization): AwsError {
  return service === "s3" && sessionToken !== undefined
    ? new AwsError("InvalidToken", "The provided token is malformed or otherwise invalid.", {
        status: 400,
      })
    : unrecognized();
}

function isPossiblyDeveloper(
  accessKeyId: string,
  request: WireRequest,
  identity: IdentityDirectory,
): boolean {
  if (accessKeyId.startsWith("ASIA") || identity.isDeletedKey(accessKeyId)) return false;
  if (request.fromDeployedCode?.()) return false;
  return accessKeyId === ROOT_CREDENTIALS.accessKeyId || !isFromFunction(request);
}

/**
 * Checks whether a function sent the request, where the system cannot identify the client: SDKs send Lambda's
 * AWS_EXECUTION_ENV.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
function isFromFunction({ headers }: WireRequest): boolean {
  return /\bexec-env\/AWS_Lambda_/.test(headers["user-agent"] ?? "");
}

/**
 * Checks the expiry of a presigned URL. The age of other signatures is ignored: clients sign with the computer's
 * time, and the cloud's time may be weeks ahead.
 */
function expiry(
  { date, presigned, expiresIn, service }: Authorization,
  now: number,
): AwsError | undefined {
  if (!presigned || expiresIn === undefined || now <= date.getTime() + expiresIn * 1000)
    return undefined;
  if (service === "s3")
    return new AwsError("AccessDenied", "Request has expired", {
      status: 403,
      fields: {
        "X-Amz-Expires": expiresIn,
        Expires: new Date(date.getTime() + expiresIn * 1000).toISOString(),
        ServerTime: new Date(now).toISOString(),
      },
    });
  const [signed, today] = [basicDate(date), basicDate(new Date(now))];
  const oldest = basicDate(new Date(now - expiresIn * 1000));
  return new AwsError(
    "InvalidSignatureException",
    `Signature expired: ${signed} is now earlier than ${oldest} (${today} - ${expiresIn} sec.)`,
  );
}
