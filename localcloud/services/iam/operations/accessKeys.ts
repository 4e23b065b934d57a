import type {
  CreateAccessKeyCommandInput,
  CreateAccessKeyCommandOutput,
  DeleteAccessKeyCommandInput,
  DeleteAccessKeyCommandOutput,
  ListAccessKeysCommandInput,
  ListAccessKeysCommandOutput,
} from "@aws-sdk/client-iam";
import { callerName, onUser } from "../model/access";
import { noSuchEntity, quotaExceeded, validationError } from "../model/errors";
import { newId, newSecret } from "../model/ids";
import { listPage } from "../model/listPage";
import { userNamed } from "../model/lookup";
import type { IamContext, IamOperation } from "../model/operation";
import type { AccessKeyRecord, UserRecord } from "../store";

const MAX_KEYS = 2;

/** Creates an access key. Only this response contains the secret. */
export const createAccessKey: IamOperation<
  CreateAccessKeyCommandInput,
  CreateAccessKeyCommandOutput
> = {
  access: onUser("CreateAccessKey"),
  run(input, context) {
    const { userName } = ownerOf(input, context);
    if (keysOf(userName, context).length >= MAX_KEYS)
      throw quotaExceeded("AccessKeysPerUser", MAX_KEYS);
    const key: AccessKeyRecord = {
      accessKeyId: newId("AKIA"),
      secretAccessKey: newSecret(),
      userName,
      createDate: context.clock.date(),
      status: "Active",
    };
    context.store.accessKeys.set(key.accessKeyId, key);
    return { AccessKey: { ...keyShape(key), SecretAccessKey: key.secretAccessKey } };
  },
};

export const listAccessKeys: IamOperation<ListAccessKeysCommandInput, ListAccessKeysCommandOutput> =
  {
    access: onUser("ListAccessKeys"),
    run(input, context) {
      const keys = keysOf(ownerOf(input, context).userName, context);
      const { items, ...rest } = listPage(keys, input, (key) => key.accessKeyId);
      return { AccessKeyMetadata: items.map(keyShape), ...rest };
    },
  };

export const deleteAccessKey: IamOperation<
  DeleteAccessKeyCommandInput,
  DeleteAccessKeyCommandOutput
> = {
  access: onUser("DeleteAccessKey"),
  run(input, context) {
    const { userName } = ownerOf(input, context);
    const key = context.store.accessKeys.get(input.AccessKeyId ?? "");
    if (key?.userName !== userName)
      throw noSuchEntity(`The Access Key with id ${input.AccessKeyId} cannot be found.`);
    context.store.accessKeys.delete(key.accessKeyId);
    context.store.deletedAccessKeys.add(key.accessKeyId);
    return {};
  },
};

/** Returns the named user, or the calling user. Keys of the root user cannot be created here. */
function ownerOf(input: { UserName?: string }, context: IamContext): UserRecord {
  const name = input.UserName ?? callerName(context);
  if (name === undefined)
    throw validationError("Must specify userName when calling with non-User credentials");
  return userNamed(context.store, name);
}

function keysOf(userName: string, { store }: IamContext): readonly AccessKeyRecord[] {
  return [...store.accessKeys.values()].filter((key) => key.userName === userName);
}

function keyShape(key: AccessKeyRecord): {
  UserName: string;
  AccessKeyId: string;
  Status: "Active" | "Inactive";
  CreateDate: Date;
} {
  return {
    UserName: key.userName,
    AccessKeyId: key.accessKeyId,
    Status: key.status,
    CreateDate: key.createDate,
  };
}
