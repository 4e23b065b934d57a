import { AwsError } from "../core/errors";
import { rootPrincipal } from "../core/principal";
import type { IdentityDirectory, SignedCaller, WireRequest } from "../core/service";
import { parseAuthorization, verifySignature } from "./signature";

/**
 * Who signed the request; undefined when nobody did.
 *
 * Keys that the cloud issued (sessions, users) must carry a valid signature. Any other long-term key
 * belongs to the owner of this laptop and acts as the account's root: its secret is unknown here.
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
  const issued = identity.findByAccessKey(accessKeyId);
  if (!issued) {
    if (accessKeyId.startsWith("ASIA")) throw unknownToken();
    return { principal: rootPrincipal(accountId), region, signingName: service };
  }
  if (issued.expiration && issued.expiration.getTime() <= now)
    throw new AwsError(
      "ExpiredTokenException",
      "The security token included in the request is expired",
      {
        status: 403,
      },
    );
  const verdict = await verifySignature(request, { accessKeyId, ...issued });
  if (verdict !== "valid")
    throw new AwsError(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. " +
        `Check your AWS Secret Access Key and signing method. (${verdict})`,
      { status: 403 },
    );
  return { principal: issued.principal, region, signingName: service };
}

function unknownToken(): AwsError {
  return new AwsError(
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
    { status: 403 },
  );
}
