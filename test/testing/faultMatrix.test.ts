import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import * as path from "node:path";
import {
  faultMatrix,
  type FaultCase,
  FaultMatrixError,
  type FaultMatrixOptions,
  type FaultMatrixReport,
  formatFaultMatrix,
  MATRIX_FAULTS,
  roleOf,
  type RunningProgram,
  sqsEvent,
  startProgram,
} from "../../localcloud/testing";

describe("The test kit: fault matrix", () => {
  let program: RunningProgram;
  before(async () => {
    program = await startProgram({ directory: path.join(__dirname, "fixtures/counter") });
  });
  after(() => program.close());
  afterEach(() => {
    delete process.env.FAULT_CASE;
  });

  const read = async (Name: string): Promise<string> => {
    const output = await program.client(SSMClient).send(new GetParameterCommand({ Name }));
    return output.Parameter?.Value ?? "";
  };
  const write = (Name: string, Value: string) =>
    program.client(SSMClient).send(new PutParameterCommand({ Name, Value, Overwrite: true }));
  const failures = async (QueueUrl: string): Promise<number> => {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
    const { Attributes } = await program.client(SQSClient).send(command);
    return Number(Attributes?.ApproximateNumberOfMessages);
  };
  const deliver = (FunctionName: string) =>
    program.client(LambdaClient).send(
      new InvokeCommand({
        FunctionName,
        InvocationType: "Event",
        Payload: JSON.stringify(sqsEvent({ messageId: "message-1" })),
      }),
    );

  /** One message to a counter: it must be counted once, or be in the failure queue once. */
  const scenario = (
    component: "careless" | "careful",
    counted: () => Promise<number>,
  ): FaultMatrixOptions => {
    let failedBefore = 0;
    const queue = program.output(`${component}FailuresUrl`);
    return {
      cloud: program.cloud,
      roleName: roleOf(program.resources, component),
      prepare: async () => {
        await write(program.output("totalName"), "0");
        await write(program.output("seenName"), "[]");
        failedBefore = await failures(queue);
      },
      run: () => deliver(program.output(`${component}FunctionName`)),
      check: async () => {
        const kept = (await failures(queue)) - failedBefore;
        expect((await counted()) + kept, "times counted or kept").to.equal(1);
      },
    };
  };
  const careless = () =>
    scenario("careless", async () => Number(await read(program.output("totalName"))));
  const careful = () =>
    scenario("careful", async () => {
      const ids = JSON.parse(await read(program.output("seenName"))) as string[];
      return ids.length;
    });
  const failureOf = async (matrix: Promise<FaultMatrixReport>): Promise<FaultMatrixError> => {
    const error: unknown = await matrix.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(FaultMatrixError);
    return error as FaultMatrixError;
  };

  it("runs every fault at every call of the happy path", async () => {
    const report = await faultMatrix(careful());
    expect(report.calls.map(({ operation }) => operation)).to.deep.equal([
      "GetParameter",
      "PutParameter",
    ]);
    expect(report.cases).to.have.length(2 * MATRIX_FAULTS.length);
    expect(report.cases.every(({ met }) => met >= 1)).to.equal(true);
    expect(formatFaultMatrix(report)).to.match(/^2 ssm:PutParameter( +held){9}$/m);
  });

  it("finds the only fault that makes a careless callback count twice", async () => {
    const { report } = await failureOf(
      faultMatrix({ ...careless(), faults: ["connectionLostAfter", "killWorkerAfter"] }),
    );
    const broken = report.cases.filter(({ failure }) => failure);
    expect(broken.map((result) => result.case.id)).to.deep.equal(["2:killWorkerAfter"]);
    expect(broken[0].failure?.message).to.equal("times counted or kept: expected 2 to equal 1");
  });

  it("prints a command that replays only the broken case", async () => {
    const faults = ["killWorkerAfter"] as const;
    const { message } = await failureOf(faultMatrix({ ...careless(), faults, seed: 7 }));
    const [, value] = /^ {2}FAULT_CASE=(\S+) node .*mocha/m.exec(message) ?? [];
    expect(value).to.equal("careless-role:7:2:killWorkerAfter");
    process.env.FAULT_CASE = value;
    const { report } = await failureOf(faultMatrix({ ...careless(), faults }));
    expect(report.seed).to.equal(7);
    expect(report.cases.map((result) => result.case.id)).to.deep.equal(["2:killWorkerAfter"]);
  });

  it("runs only the sampled cases, and any case that is named", async () => {
    const sample = ({ id }: FaultCase): boolean => id === "2:throttleOnce";
    const ids = async (): Promise<string[]> =>
      (await faultMatrix({ ...careful(), sample })).cases.map((result) => result.case.id);
    expect(await ids()).to.deep.equal(["2:throttleOnce"]);
    process.env.FAULT_CASE = "careful-role:1:1:killWorkerAfter";
    expect(await ids()).to.deep.equal(["1:killWorkerAfter"]);
  });

  it("skips the other matrices when one case is replayed", async () => {
    process.env.FAULT_CASE = "careless-role:7:2:killWorkerAfter";
    const report = await faultMatrix(careful());
    expect(report).to.include({ skipped: true }).and.to.deep.include({ cases: [] });
  });

  it("refuses a case that it cannot parse, and one that does not exist", async () => {
    process.env.FAULT_CASE = "killWorkerAfter";
    await expectError(faultMatrix(careful()), /^FAULT_CASE: given 'killWorkerAfter'; give <name>/);
    process.env.FAULT_CASE = "careful-role:1:3:throttleOnce";
    await expectError(faultMatrix(careful()), /has no case 3:throttleOnce; it has 2 calls/);
  });

  it("orders the cases by the seed, the same way every time", async () => {
    const order = async (seed: number): Promise<string[]> => {
      const faults = ["notFound", "throttleOnce"] as const;
      const report = await faultMatrix({ ...careful(), faults, seed });
      return report.cases.map((result) => result.case.id);
    };
    const first = await order(1);
    expect(await order(1)).to.deep.equal(first);
    expect(await order(2)).to.not.deep.equal(first);
    expect((await order(2)).sort()).to.deep.equal([...first].sort());
  });

  it("counts a case as broken when the fault was never met", async () => {
    let runs = 0;
    const { report } = await failureOf(
      faultMatrix({
        ...careful(),
        faults: ["throttleOnce"],
        run: () => (runs++ === 0 ? deliver(program.output("carefulFunctionName")) : nothing()),
        check: nothing,
      }),
    );
    expect(report.cases.map(({ failure }) => failure?.message)).to.deep.equal(
      Array(2).fill("The fault was never met: the call was not made again."),
    );
  });

  it("fails when the happy path makes no call, or breaks the invariant itself", async () => {
    await expectError(faultMatrix({ ...careful(), run: nothing, check: nothing }), /made no call/);
    await expectError(faultMatrix({ ...careful(), run: nothing }), /expected \+0 to equal 1/);
  });

  it("leaves no fault behind", async () => {
    expect(program.cloud.faults.list()).to.deep.equal([]);
  });
});

const nothing = (): Promise<void> => Promise.resolve();

async function expectError(call: Promise<unknown>, message: RegExp): Promise<void> {
  const error: unknown = await call.catch((reason: unknown) => reason);
  expect(error).to.be.instanceOf(Error);
  expect((error as Error).message).to.match(message);
}
