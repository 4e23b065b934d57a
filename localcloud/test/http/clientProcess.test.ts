import { expect } from "chai";
import { transformSync } from "esbuild";
import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";

const SOURCE = path.join(__dirname, "../../http/clientProcess.ts");
const NOBODY = 65534;

/** A server that prints whether its own client is deployed code. */
const SERVER = `
  const server = require("node:http").createServer((request, response) =>
    response.end(String(isOfDeployedCode(request.socket))));
  server.listen(0, "127.0.0.1", async () => {
    const answer = await fetch("http://127.0.0.1:" + server.address().port);
    console.log(await answer.text());
    server.close();
  });`;

describe("The client of a connection", () => {
  it("is not taken for deployed code because of another user's process with limited files", async function () {
    // Only root may start a process of another user.
    if (process.platform !== "linux" || process.getuid?.() !== 0) this.skip();
    const limited = spawn("sh", ["-c", "ulimit -f 1000; echo limited; exec sleep 60"]);
    try {
      await new Promise((resolve) => limited.stdout.once("data", resolve));
      const text = readFileSync(SOURCE, "utf8");
      const { code } = transformSync(text, { loader: "ts", format: "cjs" });
      const { stdout } = await promisify(execFile)(process.execPath, ["-e", code + SERVER], {
        ...{ uid: NOBODY, gid: NOBODY, cwd: "/" },
      });
      expect(stdout).to.equal("false\n");
    } finally {
      limited.kill();
    }
  });
});
