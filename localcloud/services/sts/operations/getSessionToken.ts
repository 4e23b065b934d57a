import type {
  GetSessionTokenCommandInput,
  GetSessionTokenCommandOutput,
} from "@aws-sdk/client-sts";
import { checkRange } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { refuseUnsupported, type StsOperation } from "../model/operation";

/** Seconds; https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
const USER_DURATION = { usual: 43_200, max: 129_600 };
const ROOT_DURATION = { usual: 3600, max: 3600 };

/** Returns temporary keys of a user or of the account's root user; requires no permission. */
export const getSessionToken: StsOperation<
  GetSessionTokenCommandInput,
  GetSessionTokenCommandOutput
> = {
  access: () => [],
  run(input, { principal, cloud }) {
    refuseUnsupported(input, ["SerialNumber", "TokenCode", "MinimumSessionTokenSize"]);
    if (principal.type !== "user" && principal.type !== "root")
      throw new AwsError("AccessDenied", "Cannot call GetSessionToken with session credentials", {
        status: 403,
      });
    checkRange(
      input.DurationSeconds,
      "durationSeconds",
      { min: 900, max: USER_DURATION.max },
      "ValidationError",
    );
    const limits = principal.type === "root" ? ROOT_DURATION : USER_DURATION;
    // A session of the root user is shortened to one hour instead of refused.
    const seconds = Math.min(input.DurationSeconds ?? limits.usual, limits.max);
    const key = cloud.identity.sessionToken(principal, seconds);
    return {
      Credentials: {
        AccessKeyId: key.accessKeyId,
        SecretAccessKey: key.secretAccessKey,
        SessionToken: key.sessionToken,
        Expiration: key.expiration,
      },
    };
  },
};
