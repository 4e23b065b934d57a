import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Cloud } from "../../cloud/cloud";
import type { SessionCredentials } from "../../core/identity";

/** Sends a GET to a function's URL, signed with these credentials. */
export async function signedGet(
  cloud: Cloud,
  url: string,
  credentials: Pick<SessionCredentials, "accessKeyId" | "secretAccessKey" | "sessionToken">,
): Promise<Response> {
  const { hostname, host, port, pathname, searchParams } = new URL(url);
  const signer = new SignatureV4({
    service: "lambda",
    region: cloud.defaultRegion,
    sha256: Sha256,
    credentials,
  });
  const { headers } = await signer.sign(
    {
      method: "GET",
      protocol: "http:",
      hostname,
      port: Number(port),
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: { host },
    },
    { signingDate: cloud.clock.date() },
  );
  return fetch(url, { headers });
}
