import type * as Sdk from "@aws-sdk/client-ssm";
import type { CommandFilter } from "@aws-sdk/client-ssm";
import { AwsError } from "../../../core/errors";
import { page } from "../../../core/page";
import type { OperationOf } from "../../../entities/api";
import { invalidToken } from "../model/parameterFilters";
import type { SsmStore } from "../store";
import {
  PLUGIN,
  shownCommand,
  shownInvocation,
  type Invocation,
  type StoredCommand,
} from "./command";

type Operation<Name> = OperationOf<typeof Sdk, SsmStore, Name>;

const PAGE_SIZE = 50;

export const listCommands: Operation<"ListCommands"> = {
  run(input, { store }) {
    const found = commandsOf(input, store).filter((one) =>
      (input.Filters ?? []).every((filter) => isLike(one, one.status, filter)),
    );
    const { items, nextToken: NextToken } = page(found, {
      key: newestFirst,
      size: input.MaxResults ?? PAGE_SIZE,
      token: input.NextToken,
      invalidToken,
    });
    return { Commands: items.map(shownCommand), NextToken };
  },
};

export const listCommandInvocations: Operation<"ListCommandInvocations"> = {
  run(input, { store }) {
    const found = commandsOf(input, store)
      .flatMap((command) => [...command.invocations.values()].map((one) => ({ command, one })))
      .filter(({ one }) => input.InstanceId === undefined || one.instanceId === input.InstanceId)
      .filter(({ command, one }) =>
        (input.Filters ?? []).every((filter) => isLike(command, one.status, filter)),
      );
    const { items, nextToken: NextToken } = page(found, {
      key: ({ command, one }) => newestFirst(command) + one.instanceId,
      size: input.MaxResults ?? PAGE_SIZE,
      token: input.NextToken,
      invalidToken,
    });
    const shown = items.map(({ command, one }) =>
      shownInvocation(command, one, input.Details ?? false),
    );
    return { CommandInvocations: shown, NextToken };
  },
};

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html */
const [MAX_OUTPUT, MAX_ERROR] = [24_000, 8_000];

export const getCommandInvocation: Operation<"GetCommandInvocation"> = {
  run({ CommandId, InstanceId, PluginName }, { store }) {
    const command = store.commands.get(CommandId);
    const one = command?.invocations.get(InstanceId);
    if (!command || !one) throw new AwsError("InvocationDoesNotExist", "");
    if (PluginName !== undefined && PluginName !== PLUGIN)
      throw new AwsError("InvalidPluginName", `The document has no step ${PluginName}.`);
    const { Comment, DocumentName, DocumentVersion } = command.sent;
    return {
      ...{ CommandId, InstanceId, Comment, DocumentName, DocumentVersion, PluginName: PLUGIN },
      ResponseCode: one.code,
      ExecutionStartDateTime: one.startedAt?.toISOString() ?? "",
      ExecutionElapsedTime: elapsed(one),
      ExecutionEndDateTime: one.endedAt?.toISOString() ?? "",
      Status: one.status,
      StatusDetails: one.statusDetails,
      StandardOutputContent: one.stdout.text.slice(0, MAX_OUTPUT),
      StandardOutputUrl: one.stdout.url,
      StandardErrorContent: one.stderr.text.slice(0, MAX_ERROR),
      StandardErrorUrl: one.stderr.url,
      CloudWatchOutputConfig: { CloudWatchLogGroupName: "", CloudWatchOutputEnabled: false },
    };
  },
};

export const cancelCommand: Operation<"CancelCommand"> = {
  run({ CommandId, InstanceIds = [] }, { store }) {
    const command = commandAt(CommandId, store);
    const wrong = InstanceIds.find((id) => !command.invocations.has(id));
    if (wrong !== undefined)
      throw new AwsError("InvalidInstanceId", `The command was not sent to ${wrong}.`);
    store.runner.cancel(command, InstanceIds);
    return {};
  },
};

function commandsOf(
  input: { readonly CommandId?: string; readonly InstanceId?: string },
  store: SsmStore,
): StoredCommand[] {
  const { CommandId, InstanceId } = input;
  const all =
    CommandId === undefined ? [...store.commands.values()] : [commandAt(CommandId, store)];
  return all.filter((one) => InstanceId === undefined || one.invocations.has(InstanceId));
}

function commandAt(id: string, store: SsmStore): StoredCommand {
  const command = store.commands.get(id);
  if (command) return command;
  throw new AwsError("InvalidCommandId", `The command ID ${id} is not valid.`);
}

function isLike({ sent }: StoredCommand, status: string, { key, value }: CommandFilter): boolean {
  const requested = sent.RequestedDateTime?.getTime() ?? 0;
  switch (key) {
    case "DocumentName":
      return sent.DocumentName === value;
    case "InvokedAfter":
      return requested > Date.parse(value ?? "");
    case "InvokedBefore":
      return requested < Date.parse(value ?? "");
    case "Status":
      return status === value;
    default:
      throw new AwsError("InvalidFilterKey", `The local cloud finds no commands by ${key}.`);
  }
}

/** Returns a key that sorts by time, newest first, then by id. */
function newestFirst({ id, sent }: StoredCommand): string {
  const last = 9e15 - (sent.RequestedDateTime?.getTime() ?? 0);
  return `${String(last).padStart(16, "0")} ${id}`;
}

/** Formats a duration such as `PT1.25S`. */
function elapsed({ startedAt, endedAt }: Invocation): string {
  if (!startedAt) return "";
  return endedAt ? `PT${(endedAt.getTime() - startedAt.getTime()) / 1000}S` : "PT0S";
}
