import { Session } from "../../../localcloud/session";
(async () => {
  const s = await Session.start({ directory: "/tmp/p1", onOutput: (l) => console.log("  >", l) });
  s.events.on("step", (e) => e.done && console.log(e.operation, e.urn, e.changes));
  s.events.on("diagnostic", (e) => console.log(e.severity, e.message));
  for (let i = 0; i < 2; i++) try { console.time("d"); console.log(await s.deploy()); console.timeEnd("d"); } catch (e) { console.log("FAILED", e); }
  await s.close();
})();
