import { rootPrincipal } from "../../../core/principal";
import { ACCOUNT, type Gateway } from "./gateway";

/** Creates a role with one inline policy; returns its ARN. */
export async function createRole(
  { cloud }: Gateway,
  name: string,
  statements: readonly { Action: string | string[]; Resource: string | string[] }[],
  service = "apigateway.amazonaws.com",
): Promise<string> {
  const principal = rootPrincipal(ACCOUNT);
  const call = (operation: string, input: object): Promise<unknown> =>
    cloud.call({ service: "iam", operation, input, principal });
  await call("CreateRole", {
    RoleName: name,
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    }),
  });
  if (statements.length > 0)
    await call("PutRolePolicy", {
      RoleName: name,
      PolicyName: "inline",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
      }),
    });
  return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}

/** Creates a user with one inline policy and an access key. */
export async function createUser(
  { cloud }: Gateway,
  name: string,
  statements: readonly { Action: string; Resource: string }[],
): Promise<{ accessKeyId: string; secretAccessKey: string }> {
  const principal = rootPrincipal(ACCOUNT);
  const call = (operation: string, input: object): Promise<unknown> =>
    cloud.call({ service: "iam", operation, input: { UserName: name, ...input }, principal });
  await call("CreateUser", {});
  await call("PutUserPolicy", {
    PolicyName: "inline",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
    }),
  });
  const { AccessKey } = (await call("CreateAccessKey", {})) as {
    AccessKey: { AccessKeyId: string; SecretAccessKey: string };
  };
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}
