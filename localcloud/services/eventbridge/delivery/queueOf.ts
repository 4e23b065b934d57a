import { parseArn } from "../../../core/arn";

/** Returns the URL and region for calls on the queue of an ARN. */
export function queueOf(arn: string, endpoint: string): { region?: string; url: string } {
  const { region, accountId, resource } = parseArn(arn) ?? {};
  return { region, url: `${endpoint}/${accountId}/${resource}` };
}
