import type { SshCronSettings } from "../../../../callbacks/instances/sshCron/settings";

/** A job of one command, with the defaults of the component. */
export const SETTINGS: SshCronSettings = {
  name: "hello",
  metricsName: "project/stack/hello",
  schedule: "rate(15 minutes)",
  user: "ec2-user",
  address: "private",
  port: 22,
  staticHosts: [],
  pins: {},
  trustOnFirstUse: false,
  jumpHosts: [],
  commands: ["true"],
  environment: {},
  sudo: false,
  pty: false,
  background: false,
  successExitCodes: [0],
  connectTimeout: 5,
  readyTimeout: 20,
  commandTimeout: 60,
  timeout: 60,
  connectAttempts: 1,
  overlap: "skip",
  outputLimit: 4096,
  recordDays: 30,
};
