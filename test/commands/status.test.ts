import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { expect } from "chai";
import { statusLines, stoppedLines } from "../../commands/status/statusCommand";
import { parseStatus } from "../../commands/status/statusOptions";

describe("the command status", () => {
  it("parses which hook is meant, and refuses unknown options", () => {
    expect(parseStatus(["data", "--json", "--stack", "dev"])).to.deep.include({
      hook: "data",
      json: true,
      stack: "dev",
    });
    expect(parseStatus([])).to.equal(undefined);
    expect(() => parseStatus(["--json"])).to.throw("give the name of the EniLifecycleHook");
    expect(() => parseStatus(["data", "more"])).to.throw("'more' is one argument too many");
  });

  it("separates instances with older interfaces from the others, and says how to replace them", () => {
    const one = { groupName: "fleet", instanceId: "i-1", state: "InService", attached: 2 };
    const whole = { ...one, isCurrent: true };
    expect(statusLines("data", [whole], 2).at(-1)).to.contain("has the interfaces of the program");
    const old = { ...one, instanceId: "i-2", attached: 1, isCurrent: false };
    expect(statusLines("data", [whole, old], 2)).to.deep.equal([
      "fleet  i-1  InService  2/2",
      "fleet  i-2  InService  1/2  needs a refresh",
      "",
      "Hooks apply only to new instances. To replace the others:",
      "aws autoscaling start-instance-refresh --auto-scaling-group-name fleet",
    ]);
  });

  it("says for a group whose launches were stopped where to find the reason, and how to continue", () => {
    const group = { AutoScalingGroupName: "fleet" } as AutoScalingGroup;
    expect(stoppedLines(group, "data-1")).to.deep.equal([]);
    const SuspendedProcesses = [{ ProcessName: "Launch" }];
    expect(stoppedLines({ ...group, SuspendedProcesses }, "data-1").slice(2)).to.deep.equal([
      "aws logs tail /aws/lambda/data-1 --since 1d --filter-pattern abandoned",
      "aws autoscaling resume-processes --auto-scaling-group-name fleet --scaling-processes Launch",
    ]);
  });
});
