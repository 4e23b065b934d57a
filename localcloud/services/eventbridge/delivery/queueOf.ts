import { parseArn } from "../../../core/arn";

/** Where the queue of an ARN is called. */
export function queueOf(arn: string, endpoint: string): { region?: string; url: string } {
  const { region, accountId, resource } = parseArn(arn) ?? {};
  return { region, url: `${endpoint}/${accountId}/${resource}` };
}
