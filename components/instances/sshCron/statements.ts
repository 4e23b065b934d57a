import * as pulumi from "@pulumi/pulumi";
import type { Conditions, Statement } from "../../iam/iamPolicy";
import { locationOf } from "../../location";
import type { SshCronArgs, SshJumpHost, SshKey, SshTarget } from "./args";
import { targetsOf } from "./given";
import { bucketName } from "./settings";

type Arn = pulumi.Input<string>;

/** It describes, remembers and sends. */
export function triggerStatements(
  self: pulumi.Resource,
  args: SshCronArgs,
  { queueArn, tableArn }: { readonly queueArn: Arn; readonly tableArn: Arn },
): Statement[] {
  const isOfInstances = targetsOf(args).some((target) => !("host" in target));
  const readsConsoles = isOfInstances && !args.hostKeys?.trustOnFirstUse;
  return [
    ...(isOfInstances
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

export interface WorkerScope {
  readonly tableArn: Arn;
  /** ARN of everything that it may write. */
  readonly logsArn: Arn;
  readonly keys: readonly SshKey[];
}

/** It reads the key and the script, and writes logs and records. */
export function workerStatements(
  self: pulumi.Resource,
  args: SshCronArgs,
  { tableArn, logsArn, keys }: WorkerScope,
): Statement[] {
  const { script, overlap, user, logs, jumpHosts = [] } = args;
  const isScriptObject = script !== undefined && "bucket" in script;
  return [
    {
      sid: "Record",
      actions: [
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        // A run lets go of its host.
        ...(overlap === "allow" ? [] : ["dynamodb:DeleteItem"]),
      ],
      resources: [tableArn],
    },
    { sid: "WriteLogs", actions: ["s3:PutObject"], resources: [logsArn] },
    // S3 asks for it in the worker's name.
    ...(logs?.kmsKey === undefined
      ? []
      : [{ sid: "EncryptLogs", actions: ["kms:GenerateDataKey"], resources: [logs.kmsKey] }]),
    ...keys.flatMap((key, index) => keyStatements(self, args, key, index, user)),
    ...(isScriptObject
      ? [
          readObject(self, "ReadScript", script.bucket, script.key, script.versionId),
          ...decryptStatements("DecryptScript", script.kmsKey),
        ]
      : []),
    ...(keys.some((key) => "instanceConnect" in key) ? jumpStatements(self, jumpHosts, user) : []),
  ];
}

/** It reads and ends records, and has the trigger send what follows, where something does. */
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
  const { partition, region, accountId } = locationOf(self);
  const decrypt = decryptStatements(`Decrypt${index + 1}`, key.kmsKey);
  if ("secret" in key)
    return [
      { sid, actions: ["secretsmanager:GetSecretValue"], resources: [key.secret] },
      ...decrypt,
    ];
  const name = pulumi.output(key.ssmParameter).apply((one) => one.replace(/^\/?/, "/"));
  const arn = pulumi.interpolate`arn:${partition}:ssm:${region}:${accountId}:parameter${name}`;
  return [{ sid, actions: ["ssm:GetParameter"], resources: [arn] }, ...decrypt];
}

function decryptStatements(sid: string, kmsKey: Arn | undefined): Statement[] {
  return kmsKey === undefined ? [] : [{ sid, actions: ["kms:Decrypt"], resources: [kmsKey] }];
}

/** A key of the moment is let in on the way, too. */
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

function instanceArn(self: pulumi.Resource, id: Arn): pulumi.Output<string> {
  const { partition, region, accountId } = locationOf(self);
  return pulumi.interpolate`arn:${partition}:ec2:${region}:${accountId}:instance/${id}`;
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

/** One action on the instances of the targets, as narrow as IAM can say it: by their tags, groups or ids. */
function instanceStatements(
  self: pulumi.Resource,
  args: SshCronArgs,
  sid: string,
  action: string,
  equals: Record<string, string>,
): Statement[] {
  return targetsOf(args).flatMap((target, index): Statement[] => {
    if ("host" in target) return [];
    const one = { sid: `${sid}${index + 1}`, actions: [action] };
    if ("instances" in target)
      return [
        {
          ...one,
          resources: target.instances.map((id) => instanceArn(self, id)),
          ...(Object.keys(equals).length > 0 ? { conditions: { StringEquals: equals } } : {}),
        },
      ];
    const tags = tagsOf(target);
    const conditions = tagConditions(equals, tags);
    return [
      {
        ...one,
        resources: [instanceArn(self, "*")],
        ...(Object.keys(conditions).length > 0 ? { conditions } : {}),
        ...(Object.keys(tags).length > 0
          ? {}
          : { reason: "The targets are found by conditions that IAM cannot tell." }),
      },
    ];
  });
}

/**
 * EC2 reads `*` and `?` in the value of a filter, so IAM has to read them too, or hosts are found that nothing may be
 * done with. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 */
function tagConditions(
  equals: Readonly<Record<string, string>>,
  tags: Readonly<Record<string, Arn | Arn[]>>,
): Conditions {
  const isPattern = (value: Arn | Arn[]): boolean =>
    [value].flat().some((one) => typeof one === "string" && /[*?]/.test(one));
  const all = Object.entries(tags);
  const exact = Object.fromEntries(all.filter(([, value]) => !isPattern(value)));
  const patterns = Object.fromEntries(all.filter(([, value]) => isPattern(value)));
  const found = { StringEquals: { ...equals, ...exact }, StringLike: patterns };
  return Object.fromEntries(
    Object.entries(found).filter(([, keys]) => Object.keys(keys).length > 0),
  );
}

function tagsOf(
  target: Exclude<SshTarget, { host: string } | { instances: unknown }>,
): Record<string, Arn | Arn[]> {
  if ("tag" in target) return { [`ec2:ResourceTag/${target.tag}`]: target.value };
  if ("group" in target) {
    const { group } = target;
    const name = pulumi.Resource.isInstance(group)
      ? (group as unknown as { name: pulumi.Output<string> }).name
      : (group as Arn);
    return { "ec2:ResourceTag/aws:autoscaling:groupName": name };
  }
  const tags = target.filters.filter(({ name }) => name.startsWith("tag:"));
  return Object.fromEntries(
    tags.map(({ name, values }) => [`ec2:ResourceTag/${name.slice("tag:".length)}`, values]),
  );
}
