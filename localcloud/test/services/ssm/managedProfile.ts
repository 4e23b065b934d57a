import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { Cloud } from "../../../cloud/cloud";
import { connection } from "../ec2/ec2Cloud";

/** Creates an instance profile `managed` with which agents may call Systems Manager and put objects into a bucket. */
export async function createManagedProfile(cloud: Cloud, bucket: string): Promise<void> {
  const iam = new IAMClient(connection(cloud));
  const document = (Statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", ...Statement } });
  const trust = { Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
  await iam.send(
    new CreateRoleCommand({ RoleName: "managed", AssumeRolePolicyDocument: document(trust) }),
  );
  await iam.send(
    new AttachRolePolicyCommand({
      RoleName: "managed",
      PolicyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    }),
  );
  const put = { Action: "s3:PutObject", Resource: `arn:aws:s3:::${bucket}/*` };
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: "managed",
      PolicyName: "output",
      PolicyDocument: document(put),
    }),
  );
  const profile = { InstanceProfileName: "managed" };
  await iam.send(new CreateInstanceProfileCommand(profile));
  await iam.send(new AddRoleToInstanceProfileCommand({ ...profile, RoleName: "managed" }));
  iam.destroy();
}
