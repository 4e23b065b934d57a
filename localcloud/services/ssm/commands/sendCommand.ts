import { randomUUID } from "node:crypto";
import type * as Sdk from "@aws-sdk/client-ssm";
import { AwsError, refuseOptions } from "../../../core/errors";
import type { Machine } from "../../../core/machines/machine";
import type { CallContext } from "../../../core/service";
import type { OperationOf, InputOf } from "../../../entities/api";
import type { SsmStore } from "../store";
import { shownCommand, type Invocation, type StoredCommand } from "./command";
import { instanceArn, machinesById, machinesByTargets } from "./managed";

type Input = InputOf<typeof Sdk, "SendCommand">;
type Context = CallContext<SsmStore>;

const DOCUMENT = "AWS-RunShellScript";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html */
export const sendCommand: OperationOf<typeof Sdk, SsmStore, "SendCommand"> = {
  access(input, context) {
    const action = "ssm:SendCommand";
    // Documents of AWS have no account in their ARN.
    const document = `arn:aws:ssm:${context.region}::document/${documentName(input)}`;
    const targets = input.InstanceIds?.length
      ? input.InstanceIds.map((id) => ({ id, machine: context.cloud.machines.at(id) }))
      : targetsOf(input, context).map((machine) => ({ id: machine.id, machine }));
    return [
      { action, resource: document },
      ...targets.map(({ id, machine }) => ({
        action,
        resource: instanceArn(id, context),
        context: Object.fromEntries(
          [...(machine?.facts.tags ?? [])].flatMap(([key, value]) => [
            [`aws:ResourceTag/${key}`, value],
            [`ssm:resourceTag/${key}`, value],
          ]),
        ),
      })),
    ];
  },
  run(input, context) {
    const refused = ["AlarmConfiguration", "CloudWatchOutputConfig", "NotificationConfig"] as const;
    refuseOptions(input, [...refused, "ServiceRoleArn"], "ssm:SendCommand");
    checkDocument(input);
    if (Boolean(input.InstanceIds?.length) === Boolean(input.Targets?.length))
      throw invalid("Name the instances by InstanceIds or by Targets, not by both.");
    const machines = input.InstanceIds?.length
      ? machinesById(input.InstanceIds, context)
      : machinesByTargets(input.Targets ?? [], context);
    const command = newCommand(input, machines, context);
    context.store.commands.set(command.id, command);
    const Command = shownCommand(command);
    context.store.runner.begin(command);
    return { Command };
  },
};

/** Returns the targets without errors, because IAM is checked before anything is refused. */
function targetsOf({ Targets }: Input, context: Context): Machine[] {
  try {
    return machinesByTargets(Targets ?? [], context);
  } catch (error) {
    if (error instanceof AwsError) return [];
    throw error;
  }
}

function documentName({ DocumentName }: Input): string {
  return DocumentName.slice(DocumentName.lastIndexOf("/") + 1);
}

function checkDocument(input: Input): void {
  const { Parameters = {}, DocumentVersion: version = "$DEFAULT" } = input;
  const name = documentName(input);
  if (name !== DOCUMENT)
    throw new AwsError(
      "InvalidDocument",
      `Document with name ${name} does not exist; the local cloud has ${DOCUMENT} only.`,
    );
  if (!["1", "$DEFAULT", "$LATEST"].includes(version))
    throw new AwsError("InvalidDocumentVersion", `The document has no version ${version}.`);
  if (JSON.stringify(Parameters).length > MAX_SIZE)
    throw new AwsError("MaxDocumentSizeExceeded", "The size limit of a document is 64 KB.");
  const unknown = Object.keys(Parameters).find((key) => !PARAMETERS.includes(key));
  if (unknown !== undefined)
    throw invalid(`Parameter "${unknown}" is not defined in the document.`);
  if (!Parameters.commands?.length) throw invalid('Parameter "commands" requires a value.');
  // https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html
  if (JSON.stringify(Parameters).includes("{{"))
    throw invalid("The local cloud puts no parameters ({{ssm:..}}) into commands.");
  if (!(executionTimeout(input) > 0 && executionTimeout(input) <= MAX_EXECUTION_S))
    throw invalid(`Parameter "executionTimeout" must be 1 to ${MAX_EXECUTION_S} seconds.`);
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html (MaxDocumentSizeExceeded) */
const MAX_SIZE = 64 * 1024;
const PARAMETERS = ["commands", "executionTimeout", "workingDirectory"];
const MAX_EXECUTION_S = 172_800;
const DEFAULT_TIMEOUT_S = 3600;

function executionTimeout({ Parameters }: Input): number {
  return Number(Parameters?.executionTimeout?.[0] ?? DEFAULT_TIMEOUT_S);
}

function newCommand(input: Input, machines: readonly Machine[], { clock }: Context): StoredCommand {
  const { Parameters = {}, MaxConcurrency = "50", MaxErrors = "0" } = input;
  const { TimeoutSeconds = DEFAULT_TIMEOUT_S, Comment = "", DocumentVersion = "$DEFAULT" } = input;
  const id = randomUUID();
  const expiresMs = (TimeoutSeconds + executionTimeout(input)) * 1000;
  const folder = Parameters.workingDirectory?.[0];
  const lines = Parameters.commands ?? [];
  return {
    id,
    sent: {
      CommandId: id,
      Comment,
      DocumentName: documentName(input),
      DocumentVersion,
      ExpiresAfter: new Date(clock.now() + expiresMs),
      InstanceIds: input.InstanceIds ?? [],
      MaxConcurrency,
      MaxErrors,
      OutputS3BucketName: input.OutputS3BucketName ?? "",
      OutputS3KeyPrefix: input.OutputS3KeyPrefix ?? "",
      OutputS3Region: input.OutputS3Region,
      Parameters,
      RequestedDateTime: clock.date(),
      ServiceRole: "",
      Targets: input.Targets ?? [],
      TimeoutSeconds,
    },
    script: [
      ...(folder ? [`cd '${folder.replaceAll("'", "'\\''")}' || exit 1`] : []),
      ...lines,
    ].join("\n"),
    executionTimeout: executionTimeout(input),
    concurrency: Math.max(1, share(MaxConcurrency, machines.length)),
    maxErrors: share(MaxErrors, machines.length),
    invocations: new Map(machines.map((machine) => [machine.id, newInvocation(machine)])),
    // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Command.html (NoInstancesInTag)
    status: machines.length > 0 ? "Pending" : "Success",
    statusDetails: machines.length > 0 ? "Pending" : "NoInstancesInTag",
    isCancelled: false,
  };
}

function newInvocation({ id, facts }: Machine): Invocation {
  return {
    instanceId: id,
    name: facts.tags.get("Name") ?? "",
    status: "Pending",
    statusDetails: "Pending",
    code: -1,
    stdout: { text: "", url: "" },
    stderr: { text: "", url: "" },
  };
}

/** Parses `10`, or `25%` of the instances. */
function share(text: string, count: number): number {
  const number = Number.parseInt(text, 10);
  return text.endsWith("%") ? Math.floor((number * count) / 100) : number;
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameters", message);
}
