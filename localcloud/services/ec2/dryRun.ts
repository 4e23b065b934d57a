import { AwsError } from "../../core/errors";
import type { ServiceDefinition } from "../../core/service";

/**
 * Ends every operation with `DryRun` after the checks of the input's form and of IAM, before it has any effect. Checks
 * that belong to the operation itself are left out: AWS describes a dry run as a check of permissions only.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html
 * Code, status and text from https://github.com/floci-io/floci/issues/3598 and
 * https://github.com/awslabs/aws-cloudsaga/issues/8
 */
export function withDryRun<Store>(service: ServiceDefinition<Store>): ServiceDefinition<Store> {
  const operations = Object.entries(service.operations).map(([name, operation]) => [
    name,
    {
      ...operation,
      run(input: { readonly DryRun?: boolean }, context: never) {
        if (input.DryRun) throw dryRun();
        return operation.run(input as never, context);
      },
    },
  ]);
  return {
    ...service,
    // The table has lost the operations' own types; each gets the input that it got before.
    operations: Object.fromEntries(operations) as ServiceDefinition<Store>["operations"],
  };
}

function dryRun(): AwsError {
  const message = "Request would have succeeded, but DryRun flag is set.";
  return new AwsError("DryRunOperation", message, { status: 412 });
}
