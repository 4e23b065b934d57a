import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { advanceUntilQuiet, type RunningProgram } from "../../../localcloud/testing";
import { loseCall } from "../../support/programs/loseCall";
import { nodeApp, zipOf } from "../../support/zips/zipApp";

/**
 * Uses every permission of the pipeline of stack dev: uploads, old versions, a removal, a lost event, a message that is
 * given up.
 */
export async function usePipeline(program: RunningProgram): Promise<void> {
  const { cloud } = program;
  const s3 = program.client(S3Client);
  const lambda = program.client(LambdaClient);
  const at = { Bucket: program.output("appsBucketName"), Key: "apps/hello.zip" };
  const settle = (): Promise<void> =>
    advanceUntilQuiet(cloud, { quietMinutes: 1, limitMinutes: 30 });
  for (let number = 1; number <= 8; number += 1) {
    const manifest = JSON.stringify({ memorySize: 128 + number });
    const index = `exports.handler = async () => ${number};`;
    const Body = zipOf({ "index.js": index, "lambda.json": manifest });
    await s3.send(new PutObjectCommand({ ...at, Body }));
    await settle();
  }
  await holdApp(program, () => s3.send(new PutObjectCommand({ ...at, Body: nodeApp("9") })));
  await settle();
  const FunctionName = `${program.output("appFunctionPrefix")}hello`;
  await lambda.send(new InvokeCommand({ FunctionName, Qualifier: "LIVE" }));
  await loseCall(program, { FunctionName, Qualifier: "LIVE" });
  await s3.send(new DeleteObjectCommand(at));
  await settle();
  await sendUnreadable(program);
}

/** Sends a message that no try can read, until it is given up. */
async function sendUnreadable(program: RunningProgram): Promise<void> {
  const [QueueUrl] = program.cloud.recorder
    .find({ service: "sqs", operation: "SendMessage" })
    .map(({ input }) => (input as { QueueUrl: string }).QueueUrl)
    .filter((url) => /apps-uploads-(?!dead)/.test(url));
  await program
    .client(SQSClient)
    .send(new SendMessageCommand({ QueueUrl, MessageBody: "no JSON" }));
  await advanceUntilQuiet(program.cloud, { quietMinutes: 7, limitMinutes: 60 });
}

/** Uploads while another upload of the app is delayed, so that one has to wait for the other. */
async function holdApp(program: RunningProgram, upload: () => Promise<unknown>): Promise<void> {
  const { faults } = program.cloud;
  const rule = { service: "lambda", operation: "GetFunction", kind: "throttle" } as const;
  const id = faults.add({ ...rule, times: 8 });
  await upload();
  await upload();
  await program.cloud.clock.advance(2_000);
  faults.remove(id);
}
