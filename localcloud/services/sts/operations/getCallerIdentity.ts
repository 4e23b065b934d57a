import type {
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
} from "@aws-sdk/client-sts";
import { AwsError } from "../../../core/errors";
import type { StsOperation } from "../model/operation";

/** Requires no permission: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export const getCallerIdentity: StsOperation<
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput
> = {
  access: () => [],
  run(_input, { principal, cloud }) {
    if (principal.type === "anonymous" || principal.type === "service")
      throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", {
        status: 403,
      });
    const userId = cloud.identity.principalContext(principal)["aws:userid"];
    return { UserId: String(userId), Account: principal.accountId, Arn: principal.arn };
  },
};
