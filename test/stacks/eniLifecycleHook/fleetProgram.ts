import * as path from "node:path";
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  type Instance,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type NetworkInterface,
} from "@aws-sdk/client-ec2";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { EngineSession } from "../../../localcloud/test/support/engineSession";
import { advanceUntilQuiet, callsOf, roleOf, RunningProgram } from "../../../localcloud/testing";

const DIRECTORY = path.join(__dirname, "../programs/eniLifecycleHook");

/** The fixture program on a cloud whose time stands still between advances. */
export class FleetProgram {
  private outputs: Readonly<Record<string, unknown>> = {};

  private constructor(
    readonly engine: EngineSession,
    readonly program: RunningProgram,
    private variables: Record<string, string>,
  ) {}

  static async start(variables: Record<string, string> = {}): Promise<FleetProgram> {
    const engine = await EngineSession.start("", { directory: DIRECTORY, clock: "manual" });
    const program = new RunningProgram(engine.session, engine.output);
    const self = new FleetProgram(engine, program, variables);
    await self.up(variables);
    return self;
  }

  get cloud(): RunningProgram["cloud"] {
    return this.program.cloud;
  }

  /** Deploys with these variables in the program's environment. */
  async up(variables: Record<string, string> = this.variables): Promise<void> {
    this.variables = variables;
    this.outputs = (await this.engine.run(variables)).outputs;
  }

  output(name: string): string {
    return String(this.outputs[name]);
  }

  /** Takes every resource out of the program, while time goes on. */
  async destroy(): Promise<void> {
    let isDone = false;
    const destroyed = this.engine.run({ ...this.variables, EMPTY: "yes" }).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await this.cloud.clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await destroyed;
  }

  get roleName(): string {
    return roleOf(this.engine.session.resources, "data");
  }

  async minutes(count: number): Promise<void> {
    await advanceUntilQuiet(this.cloud, { quietMinutes: count, limitMinutes: count });
  }

  async resize(group: string, DesiredCapacity: number): Promise<void> {
    const AutoScalingGroupName = this.output(`${group}Name`);
    const command = new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity });
    await this.program.client(AutoScalingClient).send(command);
  }

  /** The instances of a group, those that end included. */
  async instances(group: string): Promise<Instance[]> {
    const { AutoScalingGroups = [] } = await this.program
      .client(AutoScalingClient)
      .send(new DescribeAutoScalingGroupsCommand({}));
    const name = this.output(`${group}Name`);
    return (
      AutoScalingGroups.find(({ AutoScalingGroupName }) => AutoScalingGroupName === name)
        ?.Instances ?? []
    );
  }

  async states(group: string): Promise<string[]> {
    return (await this.instances(group)).map(({ LifecycleState = "" }) => LifecycleState).sort();
  }

  /** Every interface that the hook has made and that is still there. */
  async interfaces(): Promise<NetworkInterface[]> {
    const Filters = [{ Name: "tag:aws-callbacks:hook", Values: [this.output("hookId")] }];
    const command = new DescribeNetworkInterfacesCommand({ Filters });
    return (await this.program.client(EC2Client).send(command)).NetworkInterfaces ?? [];
  }

  /** At rest: so many in service, each with its interfaces on their places in its own zone, and no interface beside them. */
  async expectWhole(sizes: Readonly<Record<string, number>>, count: number): Promise<void> {
    const found = await this.interfaces();
    const { Subnets = [] } = await this.program
      .client(EC2Client)
      .send(new DescribeSubnetsCommand({ SubnetIds: this.outputs.dataSubnetIds as string[] }));
    const zoneOf = new Map(Subnets.map((one) => [one.SubnetId, one.AvailabilityZone]));
    let live = 0;
    for (const [group, size] of Object.entries(sizes)) {
      const instances = await this.instances(group);
      expect(await this.states(group), group).to.deep.equal(Array(size).fill("InService"));
      live += instances.length;
      for (const { InstanceId, AvailabilityZone } of instances) {
        const own = found.filter(({ Attachment }) => Attachment?.InstanceId === InstanceId);
        const places = own.map(({ Attachment }) => Attachment?.DeviceIndex).sort();
        expect(places).to.deep.equal(Array.from({ length: count }, (_value, index) => index + 1));
        for (const one of own) {
          expect(zoneOf.get(one.SubnetId)).to.equal(AvailabilityZone);
          expect([one.Status, one.Attachment?.DeleteOnTermination]).to.deep.equal(["in-use", true]);
          expect(one.SourceDestCheck).to.equal(one.Attachment?.DeviceIndex !== 1);
        }
      }
    }
    expect(found.length, "interfaces").to.equal(live * count);
  }

  async alarm(end: string): Promise<string | undefined> {
    const { MetricAlarms = [] } = await this.program
      .client(CloudWatchClient)
      .send(new DescribeAlarmsCommand({}));
    return MetricAlarms.find(({ AlarmName = "" }) => AlarmName.includes(end))?.StateValue;
  }

  /** Operations that the handler's code has called since then. */
  calls(after: number): string[] {
    return callsOf(this.cloud, this.roleName, { after }).map(({ operation }) => operation);
  }

  async call(event: object): Promise<string> {
    const { Payload } = await this.program.client(LambdaClient).send(
      new InvokeCommand({
        FunctionName: this.output("functionName"),
        Payload: JSON.stringify(event),
      }),
    );
    return Buffer.from(Payload ?? []).toString();
  }

  close(): Promise<void> {
    return this.program.close();
  }
}
