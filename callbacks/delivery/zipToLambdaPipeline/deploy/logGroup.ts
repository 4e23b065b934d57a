import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { nameOf } from "../../../retry";

export const deploymentOnlyModule = true;

/** Creates the log group of a function before Lambda does: Lambda's would keep logs for ever. */
export async function createLogGroup(
  logs: CloudWatchLogsClient,
  functionName: string,
  retentionInDays: number,
): Promise<void> {
  const logGroupName = `/aws/lambda/${functionName}`;
  try {
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
  } catch (error) {
    if (nameOf(error) !== "ResourceAlreadyExistsException") throw error;
  }
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
}
