"use strict";
const { spec, ...others } = require("./.mocharc.js");
// With options for Node.js, Mocha starts itself again with its options as words, which a regular expression is not.
delete others["node-option"];

// `npm run test:restarts` runs the tests of the local cloud's services, and saves and restores the state of their clouds
// each time that a test advances a clock: restartClouds.ts.
process.env.TEST_RESTARTS = "1";

// Tests of what no state keeps.
const LEFT_OUT = [
  // A load that is a function of the test's process.
  "contain utilization only for services under load that have running tasks",
  "can be a function of the number of running tasks, in process",
  // A program of an instance's user data begins again at each restart, so its own restart is never reached.
  "is restarted some seconds after it has ended",
  // EC2 announces an interruption by an event that is lost when its cloud ends at the same instant.
  "receive a notice before Spot interrupts them, and terminate two minutes later",
  // A request under way is made again, and here the server has received the first one as well.
  "retries a failing server three times, 20 seconds apart, and not a refusing one",
];

module.exports = {
  ...others,
  ...(spec ? { spec: ["localcloud/test/services/**/*.test.ts"] } : {}),
  // Here clients wait for functions and commands that end with their cloud, or functions are parts of the test.
  ignore: ["**/{lambda,api-gateway,ec2-instance-connect}/**", "**/ssm/runCommand.test.ts"],
  grep: new RegExp(LEFT_OUT.join("|")),
  invert: true,
};
