// Deploys a program on the local cloud of a checkout, in a separate process, so that CPU time and memory are those of
// the cloud only. Arguments: folder of the checkout, folder of the program.
"use strict";
const { existsSync } = require("node:fs");
const path = require("node:path");
const { answerUsage } = require("./answerUsage.js");

const [checkout, program] = process.argv.slice(2);
// The second path of each is its place in f1f7bad.
require(oneOf("localcloud/test/support/setup.js", "test/support/setup.js"));
const { Session } = require(oneOf("localcloud/engine/session.ts", "localcloud/session.ts"));

function oneOf(...files) {
  return files.map((file) => path.join(checkout, file)).find((file) => existsSync(file));
}

(async () => {
  const session = await Session.start({ directory: program });
  const { outputs } = await session.deploy();
  answerUsage(() => session.close());
  process.send({ outputs, endpoint: session.cloud.endpoint });
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
