// What `require("aws-callbacks-localcloud/testing")` finds: the built kit in the installed package, its TypeScript (which
// the caller's ts-node compiles) in the repository. Its types come from `typesVersions` in package.json.
"use strict";
const { existsSync } = require("node:fs");
const path = require("node:path");

module.exports = existsSync(path.join(__dirname, "testing", "index.ts"))
  ? require("./testing/index")
  : require("./dist/index").testing;
