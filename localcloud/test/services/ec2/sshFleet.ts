import {
  DescribeInstancesCommand,
  GetConsoleOutputCommand,
  ImportKeyPairCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from "@aws-sdk/client-ec2";
import type { Client, ConnectConfig } from "ssh2";
import { AMI, Ec2Cloud } from "./ec2Cloud";
import { connect, newKey, run, type Result } from "./sshClient";

/** A cloud with the key pair `mine`, and logins to its instances. */
export class SshFleet {
  readonly key = newKey();
  private readonly clients: Client[] = [];

  private constructor(readonly c: Ec2Cloud) {}

  static async start(): Promise<SshFleet> {
    const fleet = new SshFleet(await Ec2Cloud.start());
    fleet.c.store.bootMs = () => 60_000;
    const PublicKeyMaterial = Buffer.from(`${fleet.key.public} me@home`);
    await fleet.c.client.send(new ImportKeyPairCommand({ KeyName: "mine", PublicKeyMaterial }));
    return fleet;
  }

  /** Launches instances and waits until they run. */
  async launch(more: Partial<RunInstancesCommandInput> = {}): Promise<Instance[]> {
    const one = { ImageId: AMI, KeyName: "mine", MinCount: 1, MaxCount: 1 };
    const { Instances = [] } = await this.c.client.send(
      new RunInstancesCommand({ ...one, ...more }),
    );
    await this.c.seconds(60);
    return this.describe(Instances.map(({ InstanceId = "" }) => InstanceId));
  }

  async describe(InstanceIds: string[]): Promise<Instance[]> {
    const { Reservations = [] } = await this.c.client.send(
      new DescribeInstancesCommand({ InstanceIds }),
    );
    return Reservations.flatMap(({ Instances = [] }) => Instances);
  }

  async login(instance: Instance, more: ConnectConfig = {}): Promise<Client> {
    const host = { host: instance.PrivateIpAddress, port: portOf(instance) };
    const client = await connect({ ...host, privateKey: this.key.private, ...more });
    this.clients.push(client);
    return client;
  }

  /** Returns `connected`, or the client's error. */
  failure(instance: Instance, more: ConnectConfig = {}): Promise<string> {
    return this.login(instance, more).then(
      () => "connected",
      (error: Error) => error.message,
    );
  }

  async sh(instance: Instance, command: string): Promise<Result> {
    return run(await this.login(instance), command);
  }

  /** Returns the host key `ssh-ed25519 AAAA...` from the console. */
  async hostKey({ InstanceId }: Instance): Promise<string> {
    const { Output = "" } = await this.c.client.send(new GetConsoleOutputCommand({ InstanceId }));
    const text = Buffer.from(Output, "base64").toString();
    const found = /-----BEGIN SSH HOST KEY KEYS-----\r\n(ssh-ed25519 \S+) /.exec(text)?.[1];
    if (found === undefined) throw new Error(`There is no host key on the console:\n${text}`);
    return found;
  }

  /** Sets a host's behaviour. */
  async behave({ InstanceId: instanceId }: Instance, behaviour: string): Promise<Response> {
    return fetch(`${this.c.cloud.endpoint}/_localcloud/ssh`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ instanceId, behaviour }),
    });
  }

  endConnections(): void {
    for (const one of this.clients.splice(0)) one.destroy();
  }

  async stop(): Promise<void> {
    this.endConnections();
    await this.c.stop();
  }
}

export function portOf({ Tags = [] }: Instance): number {
  return Number(Tags.find(({ Key }) => Key === "aws-callbacks:ssh-port")?.Value);
}
