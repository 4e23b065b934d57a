import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Command } from "../support/localcloudCommand";

describe("The end of localcloud start --state", () => {
  const running: Command[] = [];
  let home = "";
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), "state-end-test-"));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((command) => command.kill()));
    rmSync(home, { recursive: true, force: true });
  });

  function start(): Command {
    const command = new Command(["start", "--port", "0", "--state", path.join(home, "state")]);
    running.push(command);
    return command;
  }
  async function started(): Promise<{ command: Command; sqs: SQSClient }> {
    const command = start();
    await command.prints(/AWS_SECRET_ACCESS_KEY=/);
    const endpoint = /AWS_ENDPOINT_URL=(\S+)/.exec(command.stdout)?.[1];
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    return { command, sqs: new SQSClient({ endpoint, region: "us-east-1", credentials }) };
  }

  /** Ends a cloud with a queue in this way, and checks that the next one has it. */
  async function expectSaved(end: (command: Command) => void): Promise<void> {
    const { command, sqs } = await started();
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "mine" }));
    end(command);
    expect(await command.code(), command.output).to.equal(0);
    expect(existsSync(path.join(home, "state", "lock"))).to.equal(false);
    const next = await started();
    expect((await next.sqs.send(new ListQueuesCommand({}))).QueueUrls).to.deep.equal([QueueUrl]);
    next.command.signal("SIGINT");
    expect(await next.command.code()).to.equal(0);
  }

  it("is followed by a start that names the port of the state, if that is in use", async () => {
    const { command } = await started();
    const port = /AWS_ENDPOINT_URL=\S+:(\d+)/.exec(command.stdout)?.[1];
    command.signal("SIGINT");
    expect(await command.code(), command.output).to.equal(0);
    const other = createServer().listen(Number(port), "127.0.0.1");
    try {
      await once(other, "listening");
      const again = start();
      expect(await again.code()).to.equal(1);
      expect(again.stderr).to.match(
        new RegExp(
          `^localcloud: port ${port} on 127\\.0\\.0\\.1 is in use, and the addresses in the state in \\S+ contain it: end what uses the port, perhaps another local cloud, or give --state another folder\\.\n$`,
        ),
      );
    } finally {
      other.close();
    }
  });

  it("saves the state when Ctrl-C arrives twice, as by npm and the terminal", async () => {
    await expectSaved((command) => {
      command.signal("SIGINT");
      command.signal("SIGTERM");
    });
  });

  it("saves the state when Ctrl-C also ends the reader of its output, such as tee", async () => {
    await expectSaved((command) => {
      command.closePipes();
      command.signal("SIGINT");
    });
  });
});
