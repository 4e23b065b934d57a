// One occurrence of SshCron on a fleet: a trigger on the local cloud, and as many concurrent workers as allowed, in
// virtual time. The lower bound, written before it was measured:
//   DescribeInstances   hosts / 1000 calls (its largest page)
//   SQS                 hosts / 10 calls (SendMessageBatch)
//   workers             ceil(hosts / maximumConcurrency) x the time of one session
import { CONCURRENCY, HOSTS, loadFleet, SESSION_MS } from "../test/support/programs/sshFleetLoad";
import type { Row } from "./packing";
import { bounded, exact } from "./rows";

export async function run(): Promise<{ title: string; rows: Row[] }> {
  const { triggerMs, tookMs, ok, started, describes, batches } = await loadFleet();
  const workers = (Math.ceil(HOSTS / CONCURRENCY) * SESSION_MS) / 1000;
  return {
    title: `SshCron: one occurrence on ${HOSTS} hosts, ${CONCURRENCY} at once, sessions of ${SESSION_MS / 1000} s, in virtual time`,
    rows: [
      bounded("s of time / the least", (triggerMs + tookMs) / 1000, workers),
      bounded("  DescribeInstances", describes, HOSTS / 1000),
      bounded("  SendMessageBatch", batches, HOSTS / 10),
      bounded("  s of the workers", tookMs / 1000, workers),
      exact("starts", started, HOSTS),
      exact("runs that ended well", ok, HOSTS),
    ],
  };
}
