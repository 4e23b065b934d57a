import * as pulumi from "@pulumi/pulumi";
import { locationOf } from "../location";
import { isMissingInMocks } from "../mocks";
import { describedError, isLater } from "../validation";

const SECRET_ARN = /^arn:[\w-]+:secretsmanager:([\w-]+):\d{12}:secret:\S+$/;

/**
 * Returns the ARN of a secret for a permission. The secret may be in another account, but not in another region: a
 * client finds only those of its own, even by their whole ARN.
 * https://repost.aws/questions/QUqPzJz0xJRUWikjso4zk6sQ
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
 *
 * @throws pulumi.ResourceError for anything else, at the latest when the value is known
 */
export function secretArn(
  self: pulumi.Resource,
  argument: string,
  secret: pulumi.Input<string>,
): pulumi.Output<string> {
  const checked = (arn: unknown): string => checkSecretArn(self, argument, arn);
  const arn = isLater(secret)
    ? pulumi.output(secret).apply(checked)
    : pulumi.output(checked(secret));
  return pulumi.all([arn, locationOf(self).region]).apply(([known, region]) => {
    const [, of] = SECRET_ARN.exec(known) ?? [];
    if (of === undefined || of === region) return known;
    const allowed = `give a secret in ${region}, where the component acts, or a replica of it there`;
    throw describedError(self, argument, `a secret in ${of}`, allowed);
  });
}

/** Returns the ARN. @throws pulumi.ResourceError for anything but the ARN of a secret */
export function checkSecretArn(self: pulumi.Resource, argument: string, arn: unknown): string {
  if (typeof arn === "string" && SECRET_ARN.test(arn)) return arn;
  if (isMissingInMocks(arn)) return String(arn);
  // It is not shown: a caller may have passed the secret itself.
  const given = typeof arn === "string" ? "another text" : typeof arn;
  throw describedError(self, argument, given, "give the ARN of a secret, with its random suffix");
}
