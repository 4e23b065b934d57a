import {
  CreateLaunchTemplateCommand,
  EC2Client,
  type RequestLaunchTemplateData,
} from "@aws-sdk/client-ec2";
import { type Cloud, startCloud } from "../../../cloud/cloud";
import type { Ec2Store } from "../../../services/ec2/store";

export const AMI = "ami-0123456789abcdef0";

/** A cloud with a manual clock, and clients for it. */
export class Ec2Cloud {
  private constructor(
    readonly cloud: Cloud,
    readonly client: EC2Client,
  ) {}

  static async start(): Promise<Ec2Cloud> {
    const cloud = await startCloud({ clock: "manual" });
    return new Ec2Cloud(cloud, new EC2Client(connection(cloud)));
  }

  /** EC2's store, which only tests use directly. */
  get store(): Ec2Store {
    return this.cloud.registry.named("ec2")?.store("us-east-1", this.cloud) as Ec2Store;
  }

  async launchTemplate(
    LaunchTemplateName: string,
    more: RequestLaunchTemplateData = {},
  ): Promise<void> {
    const LaunchTemplateData = { ImageId: AMI, InstanceType: "t3.micro" as const, ...more };
    await this.client.send(
      new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }),
    );
  }

  seconds(count: number): Promise<void> {
    return this.cloud.clock.advance(count * 1000);
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.cloud.close();
  }
}

export function connection(cloud: Cloud) {
  return {
    region: "us-east-1",
    endpoint: cloud.endpoint,
    credentials: { accessKeyId: "AKIAOWNER", secretAccessKey: "secret" },
    maxAttempts: 1,
  };
}
