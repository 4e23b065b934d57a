import * as path from "node:path";
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  type Instance,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient, DescribeAlarmHistoryCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type NetworkInterface,
} from "@aws-sdk/client-ec2";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { createStatusClients, statusCommand } from "../../../commands/status/statusCommand";
import { advanceUntilQuiet, roleOf } from "../../../localcloud/testing";
import { FixtureProgram } from "../../support/programs/fixtureProgram";

const DIRECTORY = path.join(__dirname, "../programs/eniLifecycleHook");

/** The fixture program on a cloud whose clock only moves with `advance`. */
export class FleetProgram extends FixtureProgram {
  static async start(variables: Record<string, string> = {}): Promise<FleetProgram> {
    const self = new FleetProgram(await FixtureProgram.startEngine(DIRECTORY));
    await self.up(variables);
    return self;
  }
  /** Removes every resource from the program, while time advances. */
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
    return roleOf(this.engine.session.resources, this.output("functionName"));
  }
  async resize(group: string, DesiredCapacity: number): Promise<void> {
    const AutoScalingGroupName = this.output(`${group}Name`);
    const command = new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity });
    await this.program.client(AutoScalingClient).send(command);
  }

  /** Waits until this many instances are in service and complete. */
  async rest(group: string, size: number): Promise<void> {
    await this.resize(group, size);
    const wanted = Array(size).fill("InService").join();
    for (let round = 0; round < 10; round += 1) {
      await this.minutes(2);
      if ((await this.states(group)).join() === wanted) return;
    }
    throw new Error(`${group} never came to rest: ${(await this.states(group)).join()}`);
  }

  /** Advances time second by second until the condition is met. */
  async until(isSo: () => Promise<boolean>): Promise<void> {
    for (let second = 0; second < 600; second += 1) {
      if (await isSo()) return;
      await advanceUntilQuiet(this.cloud, { quietMinutes: 1 / 60, limitMinutes: 1 / 60 });
    }
    throw new Error("It has not come so within ten minutes.");
  }

  /** Ids of the interfaces' subnets, one in each zone. */
  get subnetIds(): string[] {
    return this.outputs.dataSubnetIds as string[];
  }

  /** Takes all but a few addresses of the subnets. @returns a function that frees them */
  async fillSubnets(left: number): Promise<() => Promise<void>> {
    const ec2 = this.program.client(EC2Client);
    const SubnetIds = this.subnetIds;
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds }));
    const ids: string[] = [];
    for (const { SubnetId, AvailableIpAddressCount = 0 } of Subnets) {
      const SecondaryPrivateIpAddressCount = AvailableIpAddressCount - left - 1;
      const { NetworkInterface } = await ec2.send(
        new CreateNetworkInterfaceCommand({ SubnetId, SecondaryPrivateIpAddressCount }),
      );
      ids.push(NetworkInterface?.NetworkInterfaceId ?? "");
    }
    return async () => {
      for (const NetworkInterfaceId of ids)
        await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
    };
  }

  /** Returns the instances of a group, including terminating ones. */
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

  /** Returns every existing interface that the hook has created. */
  async interfaces(): Promise<NetworkInterface[]> {
    const Filters = [{ Name: "tag:aws-callbacks:hook", Values: [this.output("hookId")] }];
    const command = new DescribeNetworkInterfacesCommand({ Filters });
    return (await this.program.client(EC2Client).send(command)).NetworkInterfaces ?? [];
  }

  /**
   * Expects the group at rest: this many in service, each with its interfaces at their device indexes in its own zone,
   * and no other interface.
   */
  async expectWhole(sizes: Readonly<Record<string, number>>, count: number): Promise<void> {
    const found = await this.interfaces();
    const { Subnets = [] } = await this.program
      .client(EC2Client)
      .send(new DescribeSubnetsCommand({ SubnetIds: this.subnetIds }));
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

  /** Returns the name suffixes of the alarms that changed to ALARM since then, such as `abandoned`. */
  async alarmed(since: number): Promise<string[]> {
    const { AlarmHistoryItems = [] } = await this.program.client(CloudWatchClient).send(
      new DescribeAlarmHistoryCommand({
        HistoryItemType: "StateUpdate",
        StartDate: new Date(since),
        MaxRecords: 100,
      }),
    );
    const names: string[] = AlarmHistoryItems.filter(({ HistorySummary = "" }) =>
      HistorySummary.endsWith("to ALARM"),
    ).map(({ AlarmName = "" }) => AlarmName.replace(/^data-|-[0-9a-f]{7}$/g, ""));
    return [...new Set(names)].sort();
  }

  /**
   * Returns interfaces that belong to no instance of a group, or would outlive their instance, whatever is under way.
   */
  async orphans(): Promise<string[]> {
    const { AutoScalingGroups = [] } = await this.program
      .client(AutoScalingClient)
      .send(new DescribeAutoScalingGroupsCommand({}));
    const members = AutoScalingGroups.flatMap(({ Instances = [] }) => Instances);
    const ids = new Set(members.map(({ InstanceId }) => InstanceId));
    const left = (await this.interfaces()).filter(({ TagSet, Attachment }) => {
      const of = TagSet?.find(({ Key }) => Key === "aws-callbacks:instance")?.Value;
      return !ids.has(of) || Attachment?.DeleteOnTermination === false;
    });
    return left.map(({ NetworkInterfaceId = "" }) => NetworkInterfaceId);
  }

  /** Makes Spot interrupt the instance, two minutes after its notice. */
  interrupt(spot: Instance | undefined): Promise<void> {
    return this.control("spot", { instance: spot?.InstanceId, notice: "interruption" });
  }

  /** Calls the handler directly. */
  async call(event: object, InvocationType?: "Event"): Promise<string> {
    const FunctionName = this.output("functionName");
    const Payload = JSON.stringify(event);
    const request = new InvokeCommand({ FunctionName, Payload, InvocationType });
    const answer = await this.program.client(LambdaClient).send(request);
    return Buffer.from(answer.Payload ?? []).toString();
  }

  /** Returns the output of `npx aws-callbacks status data`. */
  async status(): Promise<string[]> {
    const lines: string[] = [];
    const clients = createStatusClients(this.program.access());
    const options = { hook: "data", json: false };
    await statusCommand(options, { clients, print: (line) => void lines.push(line) });
    for (const client of Object.values(clients)) client.destroy();
    return lines;
  }
}
