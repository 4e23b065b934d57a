import * as aws from "@pulumi/aws";
import { type Verify, ZipToLambdaPipeline } from "../../../../components";

/** Variables that a test changes between two deployments: VERIFY is the timeout of `verify` in seconds. */
const { VERIFY, HTTP, UPLOADERS, STORAGE, ON_DELETE = "keep" } = process.env;

/** Behaviours of `verify` for an app that answers one of these names. */
const behaviours: Record<string, () => unknown> = {
  spins: () => {
    for (;;);
  },
  hangs: () => new Promise(() => undefined),
  lies: () => "passed",
  exits: () => process.exit(0),
};

const verify: Verify = async ({ invoke }) => {
  const { ok, behaviour } = await invoke<{ ok: boolean; behaviour?: string }>({ check: true });
  return behaviour === undefined ? ok : behaviours[behaviour]();
};

/** Role of the builder of zips, here a function. */
const build = UPLOADERS
  ? new aws.iam.Role("build", {
      assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
    })
  : undefined;

const pipeline = new ZipToLambdaPipeline("apps", {
  ...(VERIFY ? { verify, verifyTimeout: Number(VERIFY) } : {}),
  onDelete: ON_DELETE as "keep" | "remove",
  keepVersions: 2,
  ...(STORAGE ? { storage: STORAGE as "copy" | "reference" } : {}),
  ...(HTTP ? { appDefaults: { http: HTTP as "none" | "functionUrl" } } : {}),
  ...(build ? { uploaders: { ci: { apps: ["web", "shop-*"], principals: [build.arn] } } } : {}),
  apps: { tuned: { memorySize: 512, timeout: 7, environment: { GREETING: "Hello" } } },
  alarmActions: [],
  forceDestroy: true,
});

/** Another pipeline in the same account. */
const other = new ZipToLambdaPipeline("other", { alarmActions: [], forceDestroy: true });

export const bucketName = pipeline.bucketName;
export const functionPrefix = pipeline.functionPrefix;
export const tableName = pipeline.table.name;
export const workerName = pipeline.worker.name;
export const queueUrl = pipeline.uploads.queue.url;
export const deadLettersUrl = pipeline.uploads.deadLetters.url;
export const otherBucketName = other.bucketName;
export const otherFunctionPrefix = other.functionPrefix;
export const buildRoleName = build?.name;
export const uploaderRoleArn = pipeline.uploaderRoles.ci?.arn;
