import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Cloud } from "../../cloud/cloud";
import type { SessionCredentials } from "../../core/identity";

/** Creates a role that a service may assume, with these statements, and returns a session of it. */
export async function roleSession(
  cloud: Cloud,
  roleName: string,
  statements: readonly object[],
  service = "lambda",
): Promise<SessionCredentials> {
  const client = new IAMClient({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "root", secretAccessKey: "root" },
  });
  const trust = {
    Effect: "Allow",
    Principal: { Service: `${service}.amazonaws.com` },
    Action: "sts:AssumeRole",
  };
  const { Role } = await client.send(
    new CreateRoleCommand({
      RoleName: roleName,
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: trust }),
    }),
  );
  if (statements.length > 0)
    await client.send(
      new PutRolePolicyCommand({
        RoleName: roleName,
        PolicyName: "inline",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
      }),
    );
  client.destroy();
  return cloud.identity.assumeForService({
    roleArn: String(Role?.Arn),
    service: `${service}.amazonaws.com`,
    sessionName: "test",
  });
}
