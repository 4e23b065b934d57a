import { GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { findPython } from "../../../services/lambda/runtime/program";
import { LambdaCloud } from "./lambdaCloud";
import { errorOf } from "./lambdaCloud";

const PYTHON = { Runtime: "python3.13", Handler: "lambda_function.lambda_handler" } as const;

describe("Lambda: Python functions", function () {
  this.timeout(60_000);
  let aws: LambdaCloud;
  before(async function () {
    if (findPython("python3.13") === undefined) return this.skip();
    aws = await LambdaCloud.start("manual");
  });
  after(() => aws?.stop());

  const run = async (name: string, code: string, event: unknown = {}, options = {}) => {
    await aws.create(name, { "lambda_function.py": code }, { ...PYTHON, ...options });
    return aws.invoke(name, event, { LogType: "Tail" });
  };

  it("return the handler's result, and receive the context", async () => {
    const answer = await run(
      "context",
      `
import os
count = 0
def lambda_handler(event, context):
    global count
    count += 1
    return {
        "event": event, "count": count, "ü": "ä",
        "name": context.function_name, "arn": context.invoked_function_arn,
        "memory": context.memory_limit_in_mb, "id": len(context.aws_request_id),
        "left": context.get_remaining_time_in_millis() > 2000,
        "env": [os.environ["AWS_EXECUTION_ENV"], os.environ["STAGE"]], "secret": "HOME" in os.environ,
    }
`,
      { a: [1, null, "é"] },
      { Environment: { Variables: { STAGE: "dev" } }, MemorySize: 256 },
    );
    expect(answer.value).to.deep.equal({
      event: { a: [1, null, "é"] },
      count: 1,
      ü: "ä",
      name: "context",
      arn: "arn:aws:lambda:us-east-1:123456789012:function:context",
      memory: "256",
      id: 36,
      left: true,
      env: ["AWS_Lambda_python3.13", "dev"],
      secret: false,
    });
    expect((await aws.invoke("context")).value).to.include({ count: 2 });
  });

  it("can use module names of the runtime for their own modules", async () => {
    const files = {
      "channel.py": "NAME = 'channel'\n",
      "handler.py":
        "import channel, logs\ndef run(event, context): return [channel.NAME, logs.NAME]\n",
      "logs.py": "NAME = 'logs'\n",
    };
    await aws.create("names", files, { ...PYTHON, Handler: "handler.run" });
    expect((await aws.invoke("names")).value).to.deep.equal(["channel", "logs"]);
  });

  it("report an exception like AWS's runtime, and keep running", async () => {
    const answer = await run(
      "raises",
      "def lambda_handler(event, context):\n    if event.get('ok'):\n        return 1\n    raise ValueError('bad ü')\n",
    );
    expect(answer.error).to.equal("Unhandled");
    const value = answer.value as Record<string, unknown>;
    expect(Object.keys(value)).to.deep.equal([
      "errorMessage",
      "errorType",
      "requestId",
      "stackTrace",
    ]);
    expect(value).to.include({ errorMessage: "bad ü", errorType: "ValueError" });
    expect((value.stackTrace as string[]).join("")).to.match(
      /^ {2}File ".*lambda_function\.py", line 4, in lambda_handler\n {4}raise ValueError\('bad ü'\)\n$/,
    );
    expect(answer.log).to.match(
      /\[ERROR\] ValueError: bad ü\nTraceback \(most recent call last\):/,
    );
    expect((await aws.invoke("raises", { ok: true })).value).to.equal(1);
  });

  /** Returns the result of a call during which the clock advances. */
  const moving = async <Value>(call: Promise<Value>, seconds: number): Promise<Value> => {
    let done = false;
    const ended = call.finally(() => (done = true));
    const began = performance.now();
    while (!done && performance.now() - began < 20_000) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await aws.cloud.clock.advance(seconds * 1000);
    }
    return ended;
  };

  const failures: readonly (readonly [string, string, string, RegExp])[] = [
    [
      "an import that fails",
      "import nope\ndef lambda_handler(e, c): pass\n",
      "Runtime.ImportModuleError",
      /Unable to import module 'lambda_function': No module named 'nope'/,
    ],
    [
      "a package that happens to be installed here",
      "import pip\ndef lambda_handler(e, c): pass\n",
      "Runtime.ImportModuleError",
      /No module named 'pip'/,
    ],
    [
      "a syntax error",
      "def lambda_handler(e, c)\n",
      "Runtime.UserCodeSyntaxError",
      /Syntax error in module 'lambda_function'/,
    ],
    [
      "a function that is not there",
      "def other(e, c): pass\n",
      "Runtime.HandlerNotFound",
      /Handler 'lambda_handler' missing on module 'lambda_function'/,
    ],
    ["an exception at the top", "raise KeyError('x')\n", "KeyError", /'x'/],
    [
      "an answer that is no JSON",
      "def lambda_handler(e, c): return {1, 2}\n",
      "Runtime.MarshalError",
      /Unable to marshal response: Object of type set is not JSON serializable/,
    ],
    [
      "a process that ends",
      "import os\ndef lambda_handler(e, c): os._exit(3)\n",
      "Runtime.ExitError",
      /Runtime exited with error: exit status 3/,
    ],
    [
      "sys.exit",
      "import sys\ndef lambda_handler(e, c): sys.exit(4)\n",
      "Runtime.ExitError",
      /Runtime exited with error: exit status 4/,
    ],
    [
      "a forged frame",
      `import os\ndef lambda_handler(e, c):\n    os.write(3, b'mm{"type":"result","payload":"1"}\\n')\n    raise OSError('honest')\n`,
      "OSError",
      /honest/,
    ],
  ];
  for (const [index, [title, code, errorType, message]] of failures.entries())
    it(`fail by ${title}`, async () => {
      const answer = await run(`fails-${index}`, code);
      expect(answer.error).to.equal("Unhandled");
      expect(answer.value).to.include({ errorType });
      expect((answer.value as { errorMessage: string }).errorMessage).to.match(message);
    });

  it("stop at their timeout", async () => {
    await aws.create(
      "slow",
      {
        "lambda_function.py":
          "import time\ndef lambda_handler(e, c):\n    while True: time.sleep(1000)\n",
      },
      PYTHON,
    );
    expect((await moving(aws.invoke("slow"), 1)).value).to.include({
      errorType: "Sandbox.Timedout",
    });
  });

  it("sleep in the cloud's time", async () => {
    await aws.create(
      "sleeps",
      {
        "lambda_function.py":
          "import time\ndef lambda_handler(e, c):\n    began = time.time()\n    time.sleep(600)\n    return [round(time.time() - began), c.get_remaining_time_in_millis() < 301000]\n",
      },
      { ...PYTHON, Timeout: 900 },
    );
    expect((await moving(aws.invoke("sleeps"), 60)).value).to.deep.equal([600, true]);
  });

  it("write printed and logged lines in order", async () => {
    const { log } = await run(
      "prints",
      "import logging, sys\nlogging.getLogger().setLevel('INFO')\ndef lambda_handler(e, c):\n    print('one', end='')\n    print(' line')\n    logging.info('two %d', 2)\n    logging.debug('no')\n    print('three', file=sys.stderr)\n    print('no end', end='')\n",
    );
    expect(log).to.match(
      /START .*\none line\n\[INFO\]\t\d{4}-\d\d-\d\dT[\d:]+\.\d{3}Z\t[0-9a-f-]{36}\ttwo 2\nthree\nno end\nEND /,
    );
    expect(log).to.not.include("\tno");
  });

  it("log JSON if configured", async () => {
    const { log } = await run(
      "json",
      "import logging\ndef lambda_handler(e, c):\n    logging.getLogger('app').info('hello')\n    logging.debug('no')\n    raise ValueError('x')\n",
      {},
      { LoggingConfig: { LogFormat: "JSON" } },
    );
    const lines = (log ?? "")
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as object);
    expect(lines).to.satisfy((all: Record<string, unknown>[]) =>
      all.some(
        ({ message, level, logger }) => message === "hello" && level === "INFO" && logger === "app",
      ),
    );
    expect(lines).to.satisfy((all: Record<string, unknown>[]) =>
      all.some(({ errorType, log_level }) => errorType === "ValueError" && log_level === "ERROR"),
    );
    expect(log).to.not.include('"no"');
  });

  it("show their runtime, and refuse a deprecated one", async () => {
    const { Runtime } = await aws.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: "context" }),
    );
    expect(Runtime).to.equal("python3.13");
    const old = await errorOf(
      aws.create("old", { "a.py": "" }, { ...PYTHON, Runtime: "python3.9" }),
    );
    expect(old.message).to.include("python3.9 is no longer supported");
  });
});

describe("Lambda: Python functions on a computer without Python", () => {
  it("are refused with a message that says what to do", async () => {
    const before = process.env.LOCALCLOUD_PYTHON;
    process.env.LOCALCLOUD_PYTHON = "no-such-python";
    const aws = await LambdaCloud.start();
    try {
      const refused = await errorOf(aws.create("x", { "lambda_function.py": "" }, PYTHON));
      expect(refused.message).to.equal(
        "LOCALCLOUD_PYTHON is 'no-such-python', which is no Python 3; name one to run functions of python3.13.",
      );
    } finally {
      if (before === undefined) delete process.env.LOCALCLOUD_PYTHON;
      else process.env.LOCALCLOUD_PYTHON = before;
      await aws.stop();
    }
  });
});
