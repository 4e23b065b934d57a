import { randomUUID } from "node:crypto";
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect as connectTo, createServer as createNetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { unzipSync } from "fflate";
import { listenLocally } from "./listenLocally";
import { build, expectNothingLeft, needsIsolation } from "./sandboxRuns";
import { SEARCH } from "./searchForSecret";

const MB = 2 ** 20;

describe("a build in its sandbox (root on Linux)", function () {
  before(needsIsolation);
  afterEach("leaves no process, file or mount", expectNothingLeft);

  it("builds an app from the files in their folder, one command after another", async () => {
    const commands = ["node make.js >index.js", "rm make.js; mkdir -p lib/a; mv x lib/a/"];
    const files = { "make.js": 'console.log("exports.handler = 1")', x: "text" };
    const { problem, zip } = await build(commands, { files });
    expect(problem).to.equal(undefined);
    const made = Object.entries(unzipSync(zip ?? Buffer.alloc(0)));
    expect(made.map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).to.deep.equal([
      ["index.js", "exports.handler = 1\n"],
      ["lib/a/x", "text"],
    ]);
  });

  it("stops at the first command that fails, and returns its output", async () => {
    const { problem } = await build([
      "printf '\\033[31mbroken\\033[0m\\n' >&2; exit 4",
      "echo never",
    ]);
    expect(problem).to.deep.include({ code: "buildFailed", buildOutput: "broken" });
    expect(problem?.message).to.match(/^the build's command 'printf .* ended with exit code 4$/);
  });

  it("reaches neither the metadata address, in any form, nor the computer that it runs on", async () => {
    let calls = 0;
    const here = await listenLocally(
      createServer((_request, response) => {
        calls += 1;
        response.end("credentials");
      }),
    );
    const hosts = [
      "169.254.169.254",
      "[fd00:ec2::254]",
      "2852039166",
      "[::ffff:169.254.169.254]",
      `127.0.0.1:${here.port}`,
      `localhost:${here.port}`,
    ];
    const ask = hosts.map(
      (host) =>
        `curl -m 5 --noproxy '*' http://${host}/; curl -m 5 -p http://${host}/; curl -m 5 https://${host}/`,
    );
    const { problem, output } = await build(
      `{ ${ask.join("; ")}; } 2>&1 | grep -v '^ *[%0]'; true`,
    );
    here.close();
    expect(problem).to.equal(undefined);
    expect(calls).to.equal(0);
    expect(output).not.to.contain("credentials");
    // Without the proxy there is no network at all, and the proxy refuses.
    expect(output.match(/Failed to connect/g)).to.have.length.at.least(hosts.length);
    expect(output.match(/response 403/g)).to.have.length(hosts.length);
  });

  it("reaches hosts through the proxy that the usual tools read from the environment", async () => {
    const packages = await listenLocally(
      createServer((_request, response) => response.end("a package")),
    );
    const asked: string[] = [];
    const { problem, output } = await build(
      'curl -sS -p -x "$HTTPS_PROXY" http://packages.example:443/',
      {
        connect: async (host, port) => {
          asked.push(`${host}:${port}`);
          return connectTo(packages.port, "127.0.0.1");
        },
      },
    );
    packages.close();
    expect(problem).to.equal(undefined);
    expect(output).to.equal("a package");
    expect(asked).to.deep.equal(["packages.example:443"]);
  });

  it("has no more processes than allowed, and none after its timeout", async () => {
    // Bash gives up to fork after some attempts; the last loop does not need to.
    const bomb = "bomb() { while :; do bomb & done; }; bomb & while :; do :; done";
    const { problem } = await build(bomb, { limits: { seconds: 4, processes: 60 } });
    expect(problem?.code).to.equal("buildTooLong");
    expect(problem?.message).to.contain("a build has 4 s");
    expect(problem?.buildOutput).to.contain("fork: retry: Resource temporarily unavailable");
  });

  it("fills only its own disk", async () => {
    const { problem } = await build("cat /dev/zero >big");
    expect(problem).to.deep.include({ code: "buildFailed" });
    expect(problem?.fix).to.equal(
      "a build has 64 MB of disk: leave something out, or take a larger instances.instanceType",
    );
    const many = await build("for i in $(seq 3000); do echo >f$i || exit 3; done");
    expect(many.problem?.message).to.contain("ended with exit code 3");
  });

  it("is rejected when its files do not fit on its disk", async () => {
    const limits = { diskBytes: MB };
    const { problem } = await build("true", { limits, files: { big: "x".repeat(2 * MB) } });
    expect(problem?.message).to.equal(
      "the files do not fit on the disk of a build, which has 1 MB",
    );
  });

  it("ends at its timeout, whatever runs in the background", async () => {
    const daemon = "setsid bash -c '(setsid sleep 1000 &) & exec sleep 1000' & sleep 500";
    const { problem } = await build(daemon, { limits: { seconds: 2 } });
    expect(problem?.code).to.equal("buildTooLong");
  });

  it("leaves nothing in the background that could change its result", async () => {
    const write = "while :; do echo >>index.js; done";
    const { problem } = await build(
      `setsid bash -c 'exec >/dev/null 2>&1; (setsid bash -c "${write}" &) &'`,
    );
    expect(problem).to.equal(undefined);
  });

  it("is ended when one process, or all of them together, exceed its memory", async () => {
    const hold = (count: number) =>
      `node -e 'const a = []; for (let i = 0; i < ${count}; i++) a.push(Buffer.alloc(4e6, 1)); setTimeout(() => 0, 1e6)'`;
    const one = await build(hold(1000), { limits: { memoryBytes: 200 * MB } });
    expect(one.problem?.code).to.be.oneOf(["buildFailed", "buildTooLarge"]);
    const all = await build(`${`${hold(20)} & `.repeat(6)} wait`, {
      limits: { memoryBytes: 400 * MB },
    });
    expect(all.problem).to.deep.include({ code: "buildTooLarge" });
    expect(all.problem?.message).to.contain("a build has 400 MB of memory");
  });

  it("sees nothing of the worker: no variable, process, or file other than the system's", async () => {
    process.env.SECRET_OF_WORKER = "hidden";
    const look =
      "env; cat /proc/*/environ | tr '\\0' '\\n'; ls -A /root /run /var /work /tmp /home 2>&1; ls -d /proc/[0-9]*";
    const { output } = await build(`${look}; id -un; true`);
    delete process.env.SECRET_OF_WORKER;
    expect(output).not.to.match(/SECRET_OF_WORKER|AWS_|hidden/);
    expect(output.match(/'\/(root|run|var|work)': No such file/g)).to.have.length(4);
    expect(output.match(/^\/proc\/\d+$/gm)).to.have.length.at.most(4);
    expect(output).to.match(/^build$/m);
  });

  it("finds nothing of the worker in any file, environment, memory or socket that it can name", async () => {
    const secret = `hidden-${randomUUID()}`;
    // A file that everyone may read on this computer, and values that only this process has.
    const folder = mkdtempSync(join(tmpdir(), `${secret}-`));
    writeFileSync(join(folder, "file"), secret, { mode: 0o644 });
    chmodSync(folder, 0o755);
    const file = openSync(join(folder, "file"), "r");
    process.env.SECRET_OF_WORKER = secret;
    const held = Buffer.from(secret);
    const abstract = createNetServer().listen(`\0${secret}`);
    const bait = "hidden-01234567-0123-0123-0123-012345678901";
    const files = { "search.js": SEARCH, bait, "index.js": "exports.handler = 1;" };
    const { problem, output } = await build("node search.js", { files });
    abstract.close();
    delete process.env.SECRET_OF_WORKER;
    closeSync(file);
    rmSync(folder, { recursive: true });
    expect(problem, `${problem?.message}: ${output}`).to.equal(undefined);
    expect(JSON.parse(output)).to.deep.equal({ found: ["/app/bait"], handed: [] });
    expect(held.toString()).to.equal(secret);
  });

  it("writes nothing outside of its folders, and cannot gain permissions", async () => {
    const targets = ["/usr/x", "/etc/x", "/x", "/dev/x", "/proc/sys/kernel/core_pattern"];
    const ways = [
      "unshare -Ur true",
      "mount -t tmpfs x /tmp",
      "kill -9 1",
      "chroot /app /bin/true",
    ];
    const tried = [...targets.map((path) => `echo 1 >${path}`), ...ways];
    const { output } = await build(
      `${tried.map((one) => `(${one}) 2>/dev/null && echo '${one} did'`).join("; ")}; true`,
    );
    expect(output).to.equal("");
  });

  it("kills only itself when it kills everything it can", async () => {
    const beside = await Promise.all([build("kill -9 -1; sleep 1"), build("sleep 1; echo alive")]);
    expect(beside[1]?.output).to.equal("alive");
  });

  it("leaves no link, pipe, sparse file or unreadable name in the app", async () => {
    const codeOf = async (command: string) => (await build(command)).problem?.code;
    expect(await codeOf("ln -s /etc/passwd link")).to.equal("symlink");
    expect(await codeOf("mkfifo pipe")).to.equal("specialFile");
    expect(await codeOf("truncate -s 100G hole")).to.equal("tooLarge");
    expect(await codeOf("touch $'a\\xff'")).to.equal("badName");
    const npm = await build("mkdir -p node_modules/.bin; ln -s ../x node_modules/.bin/x");
    expect(npm.problem).to.equal(undefined);
  });

  it("does not run at all when the sandbox cannot be created", async () => {
    const { problem } = await build("echo ran", { limits: { files: -1 } });
    expect(problem).to.deep.include({ code: "buildNotIsolated" });
    expect(problem?.message).to.match(/isolated from the worker: mount: /);
  });
});
