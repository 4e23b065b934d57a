// In a project of your own: from "aws-callbacks".
import { ZipToLambdaPipeline } from "../../components";

const pipeline = new ZipToLambdaPipeline("apps", {
  // LIVE moves to a version only once it has answered.
  verify: async ({ name, invoke }) => {
    const answer = await invoke<{ statusCode?: number } | undefined>({ name: "verify" });
    if (answer === undefined) throw new Error(`${name} answered nothing`);
    return true;
  },
  apps: {
    hello: { memorySize: 256, environment: { GREETING: "Hello" } },
  },
  keepVersions: 3,
  onDelete: "remove",
  alarmActions: [],
  forceDestroy: true,
});

export const appsBucketName = pipeline.bucketName;
export const appFunctionPrefix = pipeline.functionPrefix;
