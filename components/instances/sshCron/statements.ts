import * as pulumi from "@pulumi/pulumi";
import { parameterArn } from "../../iam/parameterArn";
import { secretArn } from "../../iam/secretArn";
import type { Statement } from "../../iam/statement";
import { locationOf } from "../../location";
import type { SshCronArgs, SshJumpHost, SshKey } from "./args";
import { targetsOf } from "./given";
import { type Arn, instanceArn, instanceStatements } from "./hostStatements";
import { bucketName } from "./settings";
import { ssmStatements } from "./ssmStatements";

/** Permissions to describe hosts, to read and write records, and to send messages. */
export function triggerStatements(
  self: pulumi.Resource,
  args: SshCronArgs,
  { queueArn, tableArn }: { readonly queueArn: Arn; readonly tableArn: Arn },
): Statement[] {
  const readsConsoles = readsHostKeys(args) && !args.hostKeys?.trustOnFirstUse;
  return [
    ...(hasInstances(args)
      ? [{ sid: "FindHosts", actions: ["ec2:DescribeInstances"], resources: ["*"] }]
      : []),
    ...(readsConsoles
      ? instanceStatements(self, args, "ReadHostKeys", "ec2:GetConsoleOutput", {})
      : []),
    { sid: "Send", actions: ["sqs:SendMessage"], resources: [queueArn] },
    {
      sid: "Remember",
      actions: [
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        ...(readsConsoles ? ["dynamodb:BatchGetItem"] : []),
        ...(args.when ? ["dynamodb:Query"] : []),
      ],
      resources: [tableArn],
    },
  ];
}

function hasInstances(args: SshCronArgs): boolean {
  return targetsOf(args).some((target) => !("host" in target));
}

/**
 * Checks whether stored host keys are needed: the program gives those of hosts that are not instances, and Systems
 * Manager needs none.
 */
function readsHostKeys(args: SshCronArgs): boolean {
  return args.transport !== "ssm" && hasInstances(args);
}

export interface WorkerScope {
  readonly tableArn: Arn;
  /** ARN of everything that it may write. */
  readonly logsArn: Arn;
  /** ARN of all output that agents write. */
  readonly outputArn: Arn;
  readonly keys: readonly SshKey[];
}

/** Permissions to read the key and the script, or to send commands, and to write logs and records. */
export function workerStatements(
  self: pulumi.Resource,
  args: SshCronArgs,
  { tableArn, logsArn, outputArn, keys }: WorkerScope,
): Statement[] {
  const { script, overlap, user, logs, background, jumpHosts = [] } = args;
  const isScriptObject = script !== undefined && "bucket" in script;
  return [
    {
      sid: "Record",
      actions: [
        // For host keys that the program does not give, and for a run in the background that is polled.
        ...(readsHostKeys(args) || typeof background === "object" ? ["dynamodb:GetItem"] : []),
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        // When a run ends, its lock on the host is deleted.
        ...(overlap === "allow" ? [] : ["dynamodb:DeleteItem"]),
      ],
      resources: [tableArn],
    },
    { sid: "WriteLogs", actions: ["s3:PutObject"], resources: [logsArn] },
    // S3 uses the key with the worker's permissions.
    ...(logs?.kmsKey === undefined
      ? []
      : [{ sid: "EncryptLogs", actions: ["kms:GenerateDataKey"], resources: [logs.kmsKey] }]),
    ...keys.flatMap((key, index) => keyStatements(self, args, key, index, user)),
    ...(args.transport === "ssm" ? ssmStatements(self, args, outputArn) : []),
    ...(isScriptObject
      ? [
          readObject(self, "ReadScript", script.bucket, script.key, script.versionId),
          ...decryptStatements("DecryptScript", script.kmsKey),
        ]
      : []),
    ...(keys.some((key) => "instanceConnect" in key) ? jumpStatements(self, jumpHosts, user) : []),
  ];
}

/** Permissions to read and end records, and, if an occurrence is followed up, to call the trigger. */
export function reconcilerStatements(tableArn: Arn, triggerArn: Arn | undefined): Statement[] {
  const actions = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"];
  return [
    { sid: "Settle", actions, resources: [tableArn] },
    ...(triggerArn === undefined
      ? []
      : [{ sid: "Follow", actions: ["lambda:InvokeFunction"], resources: [triggerArn] }]),
  ];
}

function keyStatements(
  self: pulumi.Resource,
  args: SshCronArgs,
  key: SshKey,
  index: number,
  user: string,
): Statement[] {
  const sid = `ReadKey${index + 1}`;
  if ("bucket" in key)
    return [
      readObject(self, sid, key.bucket, key.key, key.versionId),
      ...decryptStatements(`Decrypt${index + 1}`, key.kmsKey),
    ];
  if ("instanceConnect" in key)
    return instanceStatements(self, args, "SendKey", "ec2-instance-connect:SendSSHPublicKey", {
      "ec2:osuser": user,
    });
  const decrypt = decryptStatements(`Decrypt${index + 1}`, key.kmsKey);
  if ("secret" in key) {
    const arn = secretArn(self, `key[${index}].secret`, key.secret);
    return [{ sid, actions: ["secretsmanager:GetSecretValue"], resources: [arn] }, ...decrypt];
  }
  const arn = parameterArn(self, `key[${index}].ssmParameter`, key.ssmParameter);
  return [{ sid, actions: ["ssm:GetParameter"], resources: [arn] }, ...decrypt];
}

function decryptStatements(sid: string, kmsKey: Arn | undefined): Statement[] {
  return kmsKey === undefined ? [] : [{ sid, actions: ["kms:Decrypt"], resources: [kmsKey] }];
}

/** A temporary key must be sent to jump hosts too. */
function jumpStatements(
  self: pulumi.Resource,
  jumpHosts: readonly SshJumpHost[],
  jobUser: string,
): Statement[] {
  return jumpHosts.flatMap(({ instanceId, user = jobUser }, index) =>
    instanceId === undefined
      ? []
      : [
          {
            sid: `SendKeyOnTheWay${index + 1}`,
            actions: ["ec2-instance-connect:SendSSHPublicKey"],
            resources: [instanceArn(self, instanceId)],
            conditions: { StringEquals: { "ec2:osuser": user } },
          },
        ],
  );
}

function readObject(
  self: pulumi.Resource,
  sid: string,
  bucket: Parameters<typeof bucketName>[0],
  key: string,
  versionId: string | undefined,
): Statement {
  const { partition } = locationOf(self);
  const actions = [versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion"];
  const arn = pulumi.interpolate`arn:${partition}:s3:::${bucketName(bucket)}/${key}`;
  return { sid, actions, resources: [arn] };
}
