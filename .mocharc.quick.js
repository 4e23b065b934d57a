"use strict";
const { spec, ...others } = require("./.mocharc.js");

// `npm run test:quick` runs what needs no process of its own: no program, no function, no command. Which files those are
// is not a matter of taste: setup.js refuses to start a process in such a run, and says that the file belongs here.
process.env.TEST_QUICK = "1";

module.exports = {
  ...others,
  ...(spec ? { spec } : {}),
  ignore: [
    // Whole folders: what they are about runs as deployed, or from a command line.
    "**/{closures,package,cli,bin,docs}/**/*.test.ts",
    "**/stacks/**/!(golden|settings).test.ts",
    "**/services/lambda/**/*.test.ts",
    "**/engine/!(providers).test.ts",
    // Files among others: `<folder>/<file>`, so that a folder above them may move.
    "**/callbacks/**/{checkThread,greeting,dispatch}.test.ts",
    "**/cloud/console/*.test.ts",
    "**/cloud/server.test.ts",
    "**/commands/terminal.test.ts",
    "**/core/clock.test.ts",
    "**/ec2/{programs,ssh*}.test.ts",
    "**/eventbridge/delivery.test.ts",
    "**/http/clientProcess.test.ts",
    "**/packing/parsedTexts.test.ts",
    "**/policies/cli.test.ts",
    "**/provider/{core,plugin,resources/lambda/*}.test.ts",
    "**/saving/interrupted.test.ts",
    "**/sshCron/{lostConnections,outcomes,poll,pure,realSshd,runCommand}.test.ts",
    "**/ssm/runCommand.test.ts",
    "**/support/{codeCache,mocharc,reporter}.test.ts",
    "**/testing/{asDeployed,faultMatrix,program,reset}.test.ts",
    "**/zipToLambdaPipeline/instances.test.ts",
    "**/zipToLambdaPipeline/build/{build,sandbox,workersRights}.test.ts",
    "**/zipToLambdaPipeline/inspect/{asDeployed,fuzz}.test.ts",
  ],
};
