import { type LoadResult, RedeployLoad } from "../test/support/programs/redeployerLoad";
import type { Row } from "./packing";
import { bounded, exact, figure } from "./rows";

const SIZE = { families: 100, clusters: 5 };
const SERVICES = SIZE.families * SIZE.clusters;

/**
 * Time of a push that redeploys everything, through HTTP, queues and Lambda, compared with the rate that ECS's
 * throttling allows.
 */
export async function run(): Promise<{ title: string; rows: Row[] }> {
  const load = await RedeployLoad.start(SIZE);
  try {
    return {
      title:
        `WebhookRedeployer: one push, ${SIZE.families} families, ${SERVICES} services in ` +
        `${SIZE.clusters} clusters, deployed Lambdas; cloud time at the pace of real time`,
      rows: rows(await load.push()),
    };
  } finally {
    await load.close();
  }
}

function rows(result: LoadResult): Row[] {
  const { newRevisions } = result;
  const sum = (of: "made" | "least"): number =>
    result.calls.reduce((total, call) => total + call[of], 0);
  return [
    bounded("s of cloud time / ECS's throttles alone", result.took / 1000, result.limit / 1000),
    bounded("AWS calls / least possible", sum("made"), sum("least")),
    ...result.calls.map(({ operation, made, least }) => figure(`  ${operation}`, made, least)),
    figure("attempts that a throttle refused / calls", result.refused, sum("made")),
    exact("most new revisions of a family", newRevisions.most, 1),
    exact("fewest new revisions of a family", newRevisions.fewest, 1),
    exact("services on the new revision", SERVICES - result.behind, SERVICES),
    exact("families completed in the result", result.completed, SIZE.families),
    exact("families pinned", result.pinned, SIZE.families),
    exact("messages in a dead-letter queue", result.deadLetters, 0),
  ];
}
