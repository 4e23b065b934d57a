import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Cloud } from "../../../cloud/cloud";
import type { SessionCredentials } from "../../../core/identity";

/** Returns a URL with a signature, like `@aws-sdk/s3-request-presigner`. */
export async function presign(
  cloud: Cloud,
  request: {
    readonly method: string;
    /** Percent-encoded. */
    readonly path: string;
    readonly credentials: Pick<
      SessionCredentials,
      "accessKeyId" | "secretAccessKey" | "sessionToken"
    >;
    readonly expiresIn: number;
  },
): Promise<string> {
  const { hostname, port } = new URL(cloud.endpoint);
  const signer = new SignatureV4({
    credentials: request.credentials,
    region: "us-east-1",
    service: "s3",
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const { query = {} } = await signer.presign(
    {
      method: request.method,
      protocol: "http:",
      hostname,
      port: Number(port),
      path: request.path,
      query: {},
      headers: { host: `${hostname}:${port}`, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    },
    {
      expiresIn: request.expiresIn,
      signingDate: cloud.clock.date(),
      unhoistableHeaders: new Set(),
    },
  );
  const parameters = new URLSearchParams(query as Record<string, string>);
  return `${cloud.endpoint}${request.path}?${parameters.toString()}`;
}
