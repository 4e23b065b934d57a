import type {
  CreateUserCommandInput,
  CreateUserCommandOutput,
  DeleteUserCommandInput,
  DeleteUserCommandOutput,
  GetUserCommandInput,
  GetUserCommandOutput,
  ListUsersCommandInput,
  ListUsersCommandOutput,
  User,
} from "@aws-sdk/client-iam";
import { boundaryKey, callerName, iamArn, onNew, onUser } from "../model/access";
import { alreadyExists, deleteConflict, validationError } from "../model/errors";
import { newId } from "../model/ids";
import { listPage } from "../model/listPage";
import { requireAttachable, userNamed } from "../model/lookup";
import { checkedName, checkedPath } from "../model/names";
import type { IamContext, IamOperation } from "../model/operation";
import { boundaryShape } from "../model/roleShape";
import type { UserRecord } from "../store";
import { addTags, tagList } from "../model/tags";

export const createUser: IamOperation<CreateUserCommandInput, CreateUserCommandOutput> = {
  access: (input, context) =>
    onNew(
      "CreateUser",
      "user",
      context,
      { name: input.UserName, path: input.Path, tags: input.Tags },
      boundaryKey(input.PermissionsBoundary),
    ),
  run(input, { store, clock, accountId }) {
    const userName = checkedName(input.UserName, "userName");
    const path = checkedPath(input.Path);
    if (store.users.get(userName))
      throw alreadyExists(`User with name ${userName} already exists.`);
    if (input.PermissionsBoundary !== undefined)
      requireAttachable(store, input.PermissionsBoundary);
    const user: UserRecord = {
      userName,
      userId: newId("AIDA"),
      arn: iamArn("user", { accountId }, userName, path),
      path,
      createDate: clock.date(),
      inlinePolicies: new Map(),
      attachedPolicies: new Set(),
      permissionsBoundary: input.PermissionsBoundary,
      tags: addTags(new Map(), input.Tags, "ignored"),
    };
    store.users.set(userName, user);
    return { User: userShape(user) };
  },
};

/** Returns the named user; without a name, the calling user, or the account for its root user. */
export const getUser: IamOperation<GetUserCommandInput, GetUserCommandOutput> = {
  access: onUser("GetUser"),
  run(input, context) {
    if (input.UserName === undefined && context.principal.type === "root")
      return { User: rootShape(context) };
    const name = input.UserName ?? callerName(context);
    if (name === undefined)
      throw validationError("Must specify userName when calling with non-User credentials");
    return { User: userShape(userNamed(context.store, name)) };
  },
};

export const listUsers: IamOperation<ListUsersCommandInput, ListUsersCommandOutput> = {
  access: (input, { accountId }) => [
    {
      action: "iam:ListUsers",
      resource: `arn:aws:iam::${accountId}:user${input.PathPrefix ?? "/"}`,
    },
  ],
  run(input, { store }) {
    const users = store.users
      .values()
      .filter((user) => user.path.startsWith(input.PathPrefix ?? "/"));
    const { items, ...rest } = listPage(users, input, (user) => user.userName);
    return { Users: items.map((user) => userShape(user, "listed")), ...rest };
  },
};

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html */
export const deleteUser: IamOperation<DeleteUserCommandInput, DeleteUserCommandOutput> = {
  access: onUser("DeleteUser"),
  run(input, { store }) {
    const user = userNamed(store, checkedName(input.UserName, "userName"));
    if ([...store.accessKeys.values()].some(({ userName }) => userName === user.userName))
      throw deleteConflict("Cannot delete entity, must delete access keys first.");
    if (user.inlinePolicies.size > 0)
      throw deleteConflict("Cannot delete entity, must delete policies first.");
    if (user.attachedPolicies.size > 0)
      throw deleteConflict("Cannot delete entity, must detach all policies first.");
    store.users.delete(user.userName);
    return {};
  },
};

function userShape(user: UserRecord, as: "full" | "listed" = "full"): User {
  return {
    Path: user.path,
    UserName: user.userName,
    UserId: user.userId,
    Arn: user.arn,
    CreateDate: user.createDate,
    ...(as === "full" && {
      PermissionsBoundary: boundaryShape(user.permissionsBoundary),
      ...(user.tags.size > 0 && { Tags: tagList(user.tags) }),
    }),
  };
}

function rootShape({ accountId, clock }: IamContext): User {
  return {
    Path: "/",
    UserName: "root",
    UserId: accountId,
    Arn: `arn:aws:iam::${accountId}:root`,
    CreateDate: clock.date(),
  };
}
