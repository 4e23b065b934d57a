import {
  AutoScalingClient,
  DeleteWarmPoolCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
  PutWarmPoolCommand,
  StartInstanceRefreshCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeNetworkInterfacesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { deniedCalls } from "../../../localcloud/testing";
import { FleetProgram } from "./fleetProgram";

for (const NOTIFY of ["sns", "eventbridge"])
  describe(`an EniLifecycleHook notified by ${NOTIFY} on the local cloud`, function () {
    this.timeout(300_000);
    let fleets: FleetProgram;
    /** Number of the last call before which some calls were denied as expected. */
    let refusedUntil = 0;
    before(async () => (fleets = await FleetProgram.start({ NOTIFY })));
    after(() => fleets?.close());
    const send = (command: never) => fleets.program.client(AutoScalingClient).send(command);

    it("gives every instance of two groups its interface, as they grow, shrink and grow again", async () => {
      for (const size of [5, 2, 5]) {
        await fleets.resize("fleet", size);
        await fleets.resize("other", 1);
        await fleets.minutes(6);
        await fleets.expectWhole({ fleet: size, other: 1 }, 1);
      }
      expect(deniedCalls(fleets.cloud)).to.deep.equal([]);
    });

    it("finds an instance whose notification was lost", async () => {
      const lost = NOTIFY === "sns" ? "Publish" : "PutEvents";
      const service = NOTIFY === "sns" ? "sns" : "eventbridge";
      const rule = { kind: "connectionLostBefore", service, operation: lost } as const;
      const id = fleets.cloud.faults.add({ ...rule, times: "forever" });
      await fleets.resize("fleet", 6);
      await fleets.minutes(1);
      fleets.cloud.faults.remove(id);
      await fleets.minutes(12);
      await fleets.expectWhole({ fleet: 6, other: 1 }, 1);
      await fleets.resize("fleet", 2);
      await fleets.minutes(4);
    });

    it("keeps the interface of an instance in standby", async () => {
      const [{ InstanceId = "" }] = await fleets.instances("fleet");
      const AutoScalingGroupName = fleets.output("fleetName");
      const one = { AutoScalingGroupName, InstanceIds: [InstanceId] };
      const ShouldDecrementDesiredCapacity = true;
      await send(new EnterStandbyCommand({ ...one, ShouldDecrementDesiredCapacity }) as never);
      await fleets.minutes(11);
      expect(await fleets.interfaces()).to.have.length(3);
      await send(new ExitStandbyCommand(one) as never);
      await fleets.minutes(2);
      await fleets.expectWhole({ fleet: 2, other: 1 }, 1);
    });

    it("replaces a Spot instance that is interrupted while its hook waits, and one in service, and leaves nothing", async () => {
      const throttle = { kind: "throttle", service: "ec2", times: "forever" } as const;
      const { roleName } = fleets;
      const operation = "AttachNetworkInterface";
      const id = fleets.cloud.faults.add({ ...throttle, operation, roleName });
      const [inService] = await fleets.instances("other");
      await fleets.resize("other", 2);
      await fleets.until(async () => (await fleets.interfaces()).length === 4);
      const isOther = ({ InstanceId = "" }) => InstanceId !== inService.InstanceId;
      const waiting = (await fleets.instances("other")).find(isOther);
      expect(waiting?.LifecycleState).to.equal("Pending:Wait");
      await fleets.interrupt(waiting);
      await fleets.minutes(3);
      fleets.cloud.faults.remove(id);
      await fleets.minutes(9);
      await fleets.expectWhole({ fleet: 2, other: 2 }, 1);
      await fleets.interrupt(inService);
      await fleets.minutes(8);
      await fleets.expectWhole({ fleet: 2, other: 2 }, 1);
      const left = (await fleets.instances("other")).map(({ InstanceId }) => InstanceId);
      expect(left).not.to.include.members([waiting?.InstanceId]);
      expect(left).not.to.include.members([inService.InstanceId]);
      // A deleted interface has no tags that could allow the call.
      const refused = deniedCalls(fleets.cloud).map(({ input }) => input);
      for (const input of refused) expect(input).to.include({ InstanceId: waiting?.InstanceId });
      refusedUntil = fleets.cloud.recorder.last;
      await fleets.resize("other", 1);
      await fleets.minutes(4);
    });

    it("gives new instances the interfaces of a changed program, and old ones after an instance refresh", async () => {
      const messages: string[] = [];
      fleets.engine.session.events.on("diagnostic", ({ message }) => void messages.push(message));
      await fleets.up({ NOTIFY, COUNT: "3" });
      expect(messages.join("\n")).to.contain("To replace them: aws autoscaling");
      const shown = await fleets.status();
      expect(
        shown.filter((line) => line.endsWith("InService  1/3  needs a refresh")),
      ).to.have.length(3);
      const advice = "aws autoscaling start-instance-refresh --auto-scaling-group-name";
      for (const group of ["fleet", "other"])
        expect(shown).to.include(`${advice} ${fleets.output(`${group}Name`)}`);
      for (const group of ["fleet", "other"])
        await send(
          new StartInstanceRefreshCommand({
            AutoScalingGroupName: fleets.output(`${group}Name`),
            Preferences: { MinHealthyPercentage: 0, InstanceWarmup: 0 },
          }) as never,
        );
      await fleets.minutes(15);
      await fleets.expectWhole({ fleet: 2, other: 1 }, 3);
      const refreshed = await fleets.status();
      expect(refreshed.filter((line) => line.endsWith("InService  3/3"))).to.have.length(3);
      expect(refreshed.at(-1)).to.match(/^Every instance that is in service has the interfaces/);
    });

    it("attaches once on the way through a warm pool, and keeps the interfaces of instances that return there", async () => {
      const AutoScalingGroupName = fleets.output("fleetName");
      await send(
        new PutWarmPoolCommand({
          AutoScalingGroupName,
          MinSize: 2,
          PoolState: "Stopped",
          InstanceReusePolicy: { ReuseOnScaleIn: true },
        }) as never,
      );
      await fleets.minutes(8);
      const made = async (): Promise<number> => (await fleets.interfaces()).length;
      // Two in service and one of the other group, and those in the warm pool.
      const pooled = (await made()) / 3 - 3;
      expect(pooled).to.be.at.least(2);
      const ids = new Set((await fleets.interfaces()).map((one) => one.NetworkInterfaceId));
      await fleets.resize("fleet", 4);
      await fleets.minutes(6);
      expect(await fleets.states("fleet")).to.include.members(Array(4).fill("InService"));
      await fleets.resize("fleet", 2);
      await fleets.minutes(8);
      const kept = (await fleets.interfaces()).filter((one) => ids.has(one.NetworkInterfaceId));
      expect(kept).to.have.length(ids.size);
      await send(new DeleteWarmPoolCommand({ AutoScalingGroupName, ForceDelete: true }) as never);
      await fleets.minutes(4);
      await fleets.expectWhole({ fleet: 2, other: 1 }, 3);
      expect(deniedCalls(fleets.cloud, { after: refusedUntil })).to.deep.equal([]);
    });

    it("leaves no interface, and deletable subnets, when everything is deleted with five instances running", async () => {
      await fleets.resize("fleet", 5);
      await fleets.minutes(5);
      await fleets.destroy();
      await fleets.minutes(2);
      const command = new DescribeNetworkInterfacesCommand({});
      const { NetworkInterfaces = [] } = await fleets.program.client(EC2Client).send(command);
      expect(NetworkInterfaces.map(({ Description }) => Description)).to.deep.equal([]);
      expect(
        fleets.engine.session.resources.filter(({ urn }) => urn.includes("aws:")),
      ).to.deep.equal([]);
    });
  });
