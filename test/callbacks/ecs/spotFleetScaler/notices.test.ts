import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { maintainContainerFleet } from "../../../../callbacks/ecs/spotFleetScaler/changeFleet";
import type { FleetScalerConfig } from "../../../../callbacks/ecs/spotFleetScaler/configuration";
import {
  type RememberedFleet,
  fleetKeptOf,
  type FleetMachine,
  type LeavingFleetInstance,
  unitsIn,
  withNotices,
} from "../../../../callbacks/ecs/spotFleetScaler/machines";
import { noticeOf, noticesFrom } from "../../../../callbacks/ecs/scaling/notices";
import { size, task } from "../ecsClusterScaler/clusters";
import { fleetMachine } from "./fleetMachines";

const NOW = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;
const NO_NEED = { wanted: 0, least: 0, why: "", tooLarge: [] };
const INTERRUPTION = "EC2 Spot Instance Interruption Warning";
const event = (more: object = {}) => ({
  source: "aws.ec2",
  "detail-type": INTERRUPTION,
  time: "2026-11-20T12:00:00Z",
  detail: { "instance-id": "i-1", "instance-action": "terminate" },
  ...more,
});

describe("a notice of Spot", () => {
  it("is parsed from the two events of EC2", () => {
    expect(noticeOf(event())).to.deep.equal({
      kind: "interruption",
      ec2InstanceId: "i-1",
      at: NOW,
    });
    const rebalance = event({ "detail-type": "EC2 Instance Rebalance Recommendation" });
    expect(noticeOf(rebalance)?.kind).to.equal("rebalance");
  });

  for (const [what, given] of Object.entries({
    "a tick": { wake: "tick" },
    "another event of EC2": event({ "detail-type": "EC2 Instance State-change Notification" }),
    "an event of somebody else's": event({ source: "acme.orders" }),
    "an event without an instance": event({ detail: {} }),
    "an event without a time": event({ time: "soon" }),
    "a name that every object has": event({ "detail-type": "constructor" }),
    nothing: null,
    "a text": INTERRUPTION,
  }))
    it(`is not ${what}`, () => {
      expect(noticeOf(given)).to.equal(undefined);
    });

  it("is stored as a string, and read back in the order of time", () => {
    expect(noticesFrom([`${NOW + 5} rebalance i-2`, `${NOW} interruption i-1`])).to.deep.equal([
      { kind: "interruption", ec2InstanceId: "i-1", at: NOW },
      { kind: "rebalance", ec2InstanceId: "i-2", at: NOW + 5 },
    ]);
    expect(noticesFrom()).to.deep.equal([]);
  });
});

describe("the remembered notices", () => {
  const at = { now: NOW, drainsOnRebalance: true };
  const notice = (kind: "interruption" | "rebalance", ec2InstanceId = "i-1", when = NOW) => ({
    ...{ kind, ec2InstanceId, at: when },
  });
  const causes = ({ leaving }: RememberedFleet): string[] =>
    leaving.map(({ ec2InstanceId, cause }) => `${ec2InstanceId} ${cause}`);

  it("contain each instance once, an interruption before any other cause", () => {
    const all = [
      notice("rebalance"),
      notice("interruption"),
      notice("rebalance"),
      notice("rebalance", "i-2"),
    ];
    const kept = withNotices(fleetKeptOf(undefined), all, at);
    expect(causes(kept)).to.deep.equal(["i-1 interruption", "i-2 rebalance"]);
  });

  it("contain an interruption of an instance that was already leaving, but not a mere risk", () => {
    const leaving: LeavingFleetInstance[] = [
      { ec2InstanceId: "i-1", since: NOW, cause: "scaleIn" },
    ];
    const before = { ...fleetKeptOf(undefined), leaving };
    expect(causes(withNotices(before, [notice("rebalance")], at))).to.deep.equal(["i-1 scaleIn"]);
    expect(causes(withNotices(before, [notice("interruption")], at))).to.deep.equal([
      "i-1 interruption",
    ]);
  });

  it("contain no risk where these are ignored", () => {
    const kept = withNotices(
      fleetKeptOf(undefined),
      [notice("rebalance"), notice("interruption", "i-2")],
      {
        now: NOW,
        drainsOnRebalance: false,
      },
    );
    expect(causes(kept)).to.deep.equal(["i-2 interruption"]);
  });

  it("count the interruptions of a day", () => {
    const before = { ...fleetKeptOf(undefined), interruptions: [NOW - 25 * HOUR, NOW - HOUR] };
    expect(withNotices(before, [notice("interruption")], at).interruptions).to.deep.equal([
      NOW - HOUR,
      NOW,
    ]);
  });
});

describe("instances of a fleet that are being removed", () => {
  const config = {
    fleetId: "fleet-1",
    cluster: "demo",
    settings: { engine: "ec2Fleet", drainTimeout: 600, onDemandBase: 0 },
  } as FleetScalerConfig;
  const clients = { ec2: new EC2Client({ region: "x" }), ecs: new ECSClient({ region: "x" }) };
  const web = task(size(128, 128));

  /** Evaluates a fleet some seconds after an instance has begun to leave. */
  function maintained(
    machine: FleetMachine,
    cause: LeavingFleetInstance["cause"],
    seconds: number,
  ) {
    const leaving = [{ ec2InstanceId: machine.ec2InstanceId, since: NOW - seconds * 1_000, cause }];
    const machines = [machine];
    const desired = unitsIn(machines);
    const kept = { ...fleetKeptOf(undefined), leaving };
    const snapshot = {
      machines,
      kept,
      need: NO_NEED,
      notices: [],
      desired,
      running: desired,
      pending: 0,
    };
    const { kept: next, ...rest } = maintainContainerFleet(clients, config, snapshot, NOW);
    return { ...rest, kept: fleetKeptOf(next), acts: rest.act !== undefined };
  }

  it("are left to Spot for the three minutes after its notice, even when they are empty", () => {
    const early = maintained(fleetMachine("i-1", { status: "DRAINING" }), "interruption", 100);
    expect([early.acts, early.again, early.kept.leaving.length]).to.deep.equal([false, true, 1]);
    const late = maintained(fleetMachine("i-1", { status: "DRAINING" }), "interruption", 200);
    expect([late.acts, late.done]).to.deep.equal([true, ["i-1 ends"]]);
  });

  it("drain at once if they still accept tasks", () => {
    expect(maintained(fleetMachine("i-1"), "interruption", 1).acts).to.equal(true);
    expect(maintained(fleetMachine("i-1"), "rebalance", 1).acts).to.equal(true);
  });

  it("terminate as soon as they are empty, for a mere risk and for a lower target", () => {
    for (const cause of ["rebalance", "scaleIn"] as const) {
      const { done, kept } = maintained(fleetMachine("i-1", { status: "DRAINING" }), cause, 60);
      expect(done).to.deep.equal(["i-1 ends"]);
      expect(kept.leaving).to.deep.equal([
        { ec2InstanceId: "i-1", since: NOW, cause, ending: true },
      ]);
    }
  });

  it("wait for their tasks, and accept tasks again when these do not move in time", () => {
    const busy = fleetMachine("i-1", { status: "DRAINING", tasks: [web] });
    expect(maintained(busy, "scaleIn", 599)).to.include({ acts: false, again: true });
    const { done, kept } = maintained(busy, "scaleIn", 600);
    expect(done?.join()).to.contain(
      "i-1 accepts tasks again: those of web did not move within 600 s",
    );
    expect(kept).to.deep.include({ leaving: [], returning: ["i-1"] });
    expect(kept.restUntil).to.equal(NOW + 2_400_000);
  });

  it("are remembered until an instance that must accept tasks again does", () => {
    const machines = [fleetMachine("i-1", { status: "DRAINING" })];
    const kept = { ...fleetKeptOf(undefined), returning: ["i-1"] };
    const snapshot = {
      machines,
      kept,
      need: NO_NEED,
      notices: [],
      desired: 1,
      running: 1,
      pending: 0,
    };
    const next = maintainContainerFleet(clients, config, snapshot, NOW);
    expect([next.again, next.act !== undefined]).to.deep.equal([true, true]);
    const seen = { ...snapshot, machines: [fleetMachine("i-1")] };
    const after = maintainContainerFleet(clients, config, seen, NOW);
    expect([after.again, after.act, (after.kept as RememberedFleet).returning]).to.deep.equal([
      false,
      undefined,
      [],
    ]);
  });
});
