import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { AwsError } from "../core/errors";
import type { WireRequest } from "../core/service";
import { canonicalRequest } from "./canonicalRequest";

/** The parsed signature of a request. */
export interface Authorization {
  readonly accessKeyId: string;
  /** When the request was signed. */
  readonly date: Date;
  readonly region: string;
  /** Service of the credential scope, e.g. `logs`. */
  readonly service: string;
  /** Lower-case names in the signed order. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** True if the signature is in the query instead of the Authorization header. */
  readonly presigned: boolean;
  /** Seconds after `date` for which a presigned request is valid. */
  readonly expiresIn?: number;
  readonly sessionToken?: string;
}

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Why the signature of a request does not match some credentials. */
export type SignatureResult =
  | "valid"
  | "unsigned"
  | "other access key"
  | "wrong session token"
  | "credential scope of another day"
  | "host header not signed"
  | "signed header missing"
  | "payload hash mismatch"
  | "signature mismatch";

const algorithm = "AWS4-HMAC-SHA256";

/**
 * Parses the signature in a request's Authorization header or query. Returns undefined for an unsigned request, and
 * for other schemes in the header (`Bearer`), which data planes handle.
 *
 * Throws IncompleteSignature for an AWS4-HMAC-SHA256 signature that lacks a part or is malformed.
 */
export function parseAuthorization(request: WireRequest): Authorization | undefined {
  const header = request.headers.authorization;
  if (header?.startsWith(algorithm)) return fromHeader(request, header);
  if (request.query.get("X-Amz-Algorithm") === algorithm) return fromQuery(request);
  return undefined;
}

/**
 * Signs the request with the credentials and compares the signatures in constant time. The caller must check the age.
 * S3 paths are encoded once, all others twice.
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html)
 */
export function verifySignature(
  request: WireRequest,
  credentials: SigningCredentials,
): SignatureResult {
  const authorization = parseAuthorization(request);
  if (!authorization) return "unsigned";
  if (authorization.accessKeyId !== credentials.accessKeyId) return "other access key";
  if ((authorization.sessionToken ?? "") !== (credentials.sessionToken ?? ""))
    return "wrong session token";
  const { signedHeaders } = authorization;
  if (!signedHeaders.includes("host")) return "host header not signed";
  if (signedHeaders.some((name) => request.headers[name] === undefined))
    return "signed header missing";
  const payloadHash = payloadHashOf(request, authorization);
  if (payloadHash === undefined) return "payload hash mismatch";
  const day = scopeDay(request, authorization.presigned);
  if (day !== basicDate(authorization.date).slice(0, 8)) return "credential scope of another day";
  const canonical = canonicalRequest(request, {
    signedHeaders,
    payloadHash,
    encodePathTwice: authorization.service !== "s3",
  });
  const expected = sign(stringToSign(authorization, canonical), authorization, credentials);
  return equal(expected, authorization.signature) ? "valid" : "signature mismatch";
}

function fromHeader(request: WireRequest, header: string): Authorization {
  const parts = new Map(
    header
      .slice(algorithm.length)
      .split(",")
      .map((part): [string, string] => {
        const at = part.indexOf("=");
        return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
      }),
  );
  const date = request.headers["x-amz-date"] ?? request.headers.date;
  const missing = ["Credential", "Signature", "SignedHeaders"]
    .filter((name) => !parts.get(name))
    .map((name) => `Authorization header requires '${name}' parameter.`);
  if (!date)
    missing.push(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  if (missing.length > 0) throw incomplete(`${missing.join(" ")} Authorization=${header}`);
  return {
    ...parseScope(parts.get("Credential") ?? ""),
    date: parseDate(date ?? ""),
    signedHeaders: headerNames(parts.get("SignedHeaders") ?? ""),
    signature: parts.get("Signature") ?? "",
    presigned: false,
    sessionToken: request.headers["x-amz-security-token"],
  };
}

function fromQuery({ query }: WireRequest): Authorization {
  const names = ["Credential", "Signature", "Date", "SignedHeaders", "Expires"] as const;
  const missing = names.filter((name) => !query.get(`X-Amz-${name}`));
  // STS accepts presigned requests without X-Amz-Expires, as the Kubernetes authenticator sends them.
  const fatal = missing.filter((name) => name !== "Expires");
  if (fatal.length > 0)
    throw incomplete(
      fatal.map((name) => `AWS query-string parameters must include 'X-Amz-${name}'.`).join(" "),
    );
  const expires = query.get("X-Amz-Expires");
  return {
    ...parseScope(query.get("X-Amz-Credential") ?? ""),
    date: parseDate(query.get("X-Amz-Date") ?? ""),
    signedHeaders: headerNames(query.get("X-Amz-SignedHeaders") ?? ""),
    signature: query.get("X-Amz-Signature") ?? "",
    presigned: true,
    expiresIn: expires === null ? undefined : Number(expires),
    sessionToken: query.get("X-Amz-Security-Token") ?? undefined,
  };
}

function parseScope(credential: string): { accessKeyId: string; region: string; service: string } {
  const [accessKeyId, day, region, service, terminator, ...rest] = credential.split("/");
  const complete = accessKeyId && /^\d{8}$/.test(day ?? "") && region && service;
  if (!complete || terminator !== "aws4_request" || rest.length > 0)
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  return { accessKeyId, region, service };
}

function scopeDay(request: WireRequest, presigned: boolean): string | undefined {
  const credential = presigned
    ? request.query.get("X-Amz-Credential")
    : /Credential=([^,\s]+)/.exec(request.headers.authorization ?? "")?.[1];
  return credential?.split("/")[1];
}

function headerNames(list: string): string[] {
  return list.toLowerCase().split(";").filter(Boolean);
}

/** Parses `20261120T101112Z`, or an HTTP date of the Date header. */
function parseDate(text: string): Date {
  const basic = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const date = new Date(basic);
  if (Number.isNaN(date.getTime()))
    throw incomplete(`Date must be in ISO-8601 'basic format'. Got '${text}'.`);
  return date;
}

/** Formats a date as `20261120T101112Z`. */
export function basicDate(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d{3}/g, "");
}

/** Returns the signed payload hash; undefined if x-amz-content-sha256 does not match the body. */
function payloadHashOf(
  request: WireRequest,
  { presigned, service }: Authorization,
): string | undefined {
  const named =
    request.headers["x-amz-content-sha256"] ??
    request.query.get("X-Amz-Content-Sha256") ??
    undefined;
  // Only S3 accepts requests with an unsigned body:
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  const isUnsigned = named === "UNSIGNED-PAYLOAD" || named?.startsWith("STREAMING-");
  if (isUnsigned && service === "s3") return named;
  if (presigned && service === "s3" && named === undefined) return "UNSIGNED-PAYLOAD";
  const actual = sha256(request.body);
  return named === undefined || named.toLowerCase() === actual ? (named ?? actual) : undefined;
}

function stringToSign({ date, region, service }: Authorization, canonical: string): string {
  const stamp = basicDate(date);
  const scope = `${stamp.slice(0, 8)}/${region}/${service}/aws4_request`;
  return [algorithm, stamp, scope, sha256(canonical)].join("\n");
}

function sign(
  text: string,
  { date, region, service }: Authorization,
  { secretAccessKey }: SigningCredentials,
): string {
  const day = basicDate(date).slice(0, 8);
  const key = [day, region, service, "aws4_request"].reduce<string | Buffer>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  return createHmac("sha256", key).update(text).digest("hex");
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function equal(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function incomplete(message: string): AwsError {
  return new AwsError("IncompleteSignature", message, { status: 400 });
}
