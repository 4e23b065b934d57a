import { expect } from "chai";
import {
  isWokenByEvents,
  lastActivityAt,
} from "../../../../callbacks/ecs/ecsClusterScaler/wakeUps";
import { settingsOf } from "../../../../components/ecs/ecsClusterScaler/settings";
import { cluster, machine, size, task } from "./clusters";

const NOW = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;

describe("a low alarm of a cluster", () => {
  const settings = settingsOf({
    cluster: "demo",
    group: "nodes",
    min: 1,
    max: 6,
    scaleIn: { below: 80, datapoints: 3 },
  });
  const full = machine("i-1", [task(size(1024, 1024))]);
  const isFollowed = (
    lastActivity: number,
    more: { restUntil?: number; name?: string } = {},
  ): boolean => {
    const { name = "web", restUntil } = more;
    const other = machine("i-2", [task(size(64, 64), name)]);
    const kept = restUntil === undefined ? { lastActivity } : { lastActivity, restUntil };
    return isWokenByEvents(cluster([full, other]), kept, { now: NOW, settings });
  };

  it("is followed until the metrics include the last change, and no longer", () => {
    expect(isFollowed(NOW - 5 * MINUTE)).to.equal(false);
    expect(isFollowed(NOW - 6 * MINUTE)).to.equal(true);
  });

  it("is followed while a RunTask task runs, whose end sends no event", () => {
    expect(isFollowed(NOW - 60 * MINUTE, { name: "" })).to.equal(false);
  });

  it("is followed again after the last RunTask task has ended", () => {
    const lastActivity = NOW - 60 * MINUTE;
    const at = { now: NOW, isTick: true };
    expect(lastActivityAt(cluster([full]), { lastActivity, hadLoneTasks: true }, at)).to.equal(NOW);
    expect(lastActivityAt(cluster([full]), { lastActivity, hadLoneTasks: false }, at)).to.equal(
      lastActivity,
    );
    const busy = cluster([machine("i-2", [task(size(64, 64), "")])]);
    expect(lastActivityAt(busy, { lastActivity, hadLoneTasks: true }, at)).to.equal(lastActivity);
    expect(lastActivityAt(busy, { lastActivity }, { ...at, isTick: false })).to.equal(NOW);
  });

  it("is followed until the pause after an unfinished drain is over", () => {
    expect(isFollowed(NOW - 60 * MINUTE, { restUntil: NOW + 1 })).to.equal(false);
    expect(isFollowed(NOW - 60 * MINUTE, { restUntil: NOW })).to.equal(true);
  });
});
