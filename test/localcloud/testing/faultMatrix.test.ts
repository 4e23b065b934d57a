import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import * as path from "node:path";
import {
  faultMatrix,
  FaultMatrixError,
  type FaultMatrixOptions,
  type FaultMatrixReport,
  formatFaultMatrix,
  MATRIX_FAULTS,
  roleOf,
  type RunningProgram,
  sqsEvent,
  startProgram,
} from "../../../localcloud/testing";

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
    console.log(formatFaultMatrix(report));
  });
});
