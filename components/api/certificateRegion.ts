/**
 * CloudFront, and API Gateway's edge-optimized domain names, which use it, accept certificates from this region only.
 */
const EDGE_REGION = "us-east-1";

export interface CertificateUse {
  certificateArn: string;
  /**
   * EDGE: CloudFront and edge-optimized domain names. REGIONAL: domain names, load balancers and APIs of one region.
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-edge-optimized-custom-domain-name.html
   */
  endpointType: "EDGE" | "REGIONAL";
  /** Region of the resource that uses the certificate. */
  region: string;
}

/** Returns what is wrong with the region of a certificate and how to fix it; undefined if nothing is. */
export function certificateProblem(use: CertificateUse): string | undefined {
  const { certificateArn, endpointType, region } = use;
  const [, service, at] = /^arn:[^:]+:([^:]+):([^:]*):/.exec(certificateArn) ?? [];
  // IAM's server certificates have no region.
  if (service === "iam") return undefined;
  if (service !== "acm") {
    return `'${certificateArn}' is not the ARN of a certificate; use the arn of an aws.acm.Certificate`;
  }
  const needed = endpointType === "EDGE" ? EDGE_REGION : region;
  if (at === needed) return undefined;
  const why =
    endpointType === "EDGE"
      ? `an edge-optimized domain takes certificates from ${EDGE_REGION} only`
      : `a regional domain in ${region} takes certificates of its own region`;
  return (
    `the certificate '${certificateArn}' is in ${at}, but ${why}; request it with an aws.Provider of region ` +
    `${needed}, or change the endpoint type`
  );
}
