import type { SshCronArgs } from "../../../../components";

export const PIN = `SHA256:${"A".repeat(43)}`;
export const ARGS: SshCronArgs = {
  schedule: "rate(15 minutes)",
  targets: { tag: "Role", value: "hello" },
  user: "ec2-user",
  commands: ["uptime"],
  network: { vpcId: "vpc-1", subnetIds: ["subnet-1"] },
  alarmActions: [],
};

export const BY_SSM: Partial<SshCronArgs> = { transport: "ssm", network: undefined };
