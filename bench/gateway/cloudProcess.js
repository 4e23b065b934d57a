// Deploys a program on the local cloud of a checkout, in a process of its own: CPU time and memory are the cloud's
// alone. Arguments: folder of the checkout, folder of the program.
"use strict";
const path = require("node:path");
const { answerUsage } = require("./answerUsage.js");

const [checkout, program] = process.argv.slice(2);
require(path.join(checkout, "localcloud/test/support/setup.js"));
const { Session } = require(path.join(checkout, "localcloud/engine/session.ts"));

(async () => {
  const session = await Session.start({ directory: program });
  const { outputs } = await session.deploy();
  answerUsage(() => session.close());
  process.send({ outputs, endpoint: session.cloud.endpoint });
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
