import type { ContextValues } from "../../../access/context";
import type { AccessCheck } from "../../../core/service";
import { onRole, onUser } from "../model/access";
import { attachPolicy, detachPolicy, listAttached } from "../model/attachedPolicies";
import {
  deleteInlinePolicy,
  getInlinePolicy,
  listInlinePolicies,
  putInlinePolicy,
  type PolicyOwner,
} from "../model/inlinePolicies";
import { ownRole, roleNamed, userNamed } from "../model/lookup";
import type { ListRequest } from "../model/listPage";
import { checkedName } from "../model/names";
import type { IamContext } from "../model/operation";
import type { IamStore } from "../store";

/** A kind of principal that has policies, and the member of a request that names one. */
interface PrincipalKind<Member extends "RoleName" | "UserName"> {
  readonly name: "Role" | "User";
  readonly member: Member;
  access(
    action: string,
    keys?: (input: never) => ContextValues,
  ): (input: Named<Member>, context: IamContext) => readonly AccessCheck[];
  /** Returns the principal; to change it, only one that no service owns. */
  ownerOf(store: IamStore, input: Named<Member>, use: "read" | "change"): PolicyOwner;
}

type Named<Member extends string> = { readonly [Key in Member]?: string };
type Inline = { readonly PolicyName?: string; readonly PolicyDocument?: string };
type Attached = { readonly PolicyArn?: string };

export const rolePolicies = policyOperations({
  name: "Role",
  member: "RoleName",
  access: onRole,
  ownerOf(store, { RoleName }, use) {
    const find = use === "change" ? ownRole : roleNamed;
    const role = find(store, checkedName(RoleName, "roleName"));
    return { kind: "role", name: role.roleName, identity: role };
  },
});

export const userPolicies = policyOperations({
  name: "User",
  member: "UserName",
  access: onUser,
  ownerOf(store, { UserName }) {
    const user = userNamed(store, checkedName(UserName, "userName"));
    return { kind: "user", name: user.userName, identity: user };
  },
});

/** Returns the operations on inline and attached policies, which are the same for roles and users. */
function policyOperations<Member extends "RoleName" | "UserName">({
  name,
  member,
  access,
  ownerOf,
}: PrincipalKind<Member>) {
  type Input<More> = Named<Member> & More;
  return {
    put: {
      access: access(`Put${name}Policy`),
      run(input: Input<Inline>, { store }: IamContext) {
        putInlinePolicy(ownerOf(store, input, "change"), input);
        return {};
      },
    },
    get: {
      access: access(`Get${name}Policy`),
      run(input: Input<Inline>, { store }: IamContext) {
        const owner = ownerOf(store, input, "read");
        return { [member]: owner.name, ...getInlinePolicy(owner, input) };
      },
    },
    delete: {
      access: access(`Delete${name}Policy`),
      run(input: Input<Inline>, { store }: IamContext) {
        deleteInlinePolicy(ownerOf(store, input, "change"), input);
        return {};
      },
    },
    list: {
      access: access(`List${name}Policies`),
      run: (input: Input<ListRequest>, { store }: IamContext) =>
        listInlinePolicies(ownerOf(store, input, "read"), input),
    },
    attach: {
      access: access(`Attach${name}Policy`, policyArnKey),
      run(input: Input<Attached>, { store }: IamContext) {
        const { identity } = ownerOf(store, input, "change");
        attachPolicy(store, identity, input, `PoliciesPer${name}`);
        return {};
      },
    },
    detach: {
      access: access(`Detach${name}Policy`, policyArnKey),
      run(input: Input<Attached>, { store }: IamContext) {
        detachPolicy(ownerOf(store, input, "change").identity, input);
        return {};
      },
    },
    listAttached: {
      access: access(`ListAttached${name}Policies`),
      run: (input: Input<ListRequest & { PathPrefix?: string }>, { store }: IamContext) =>
        listAttached(ownerOf(store, input, "read").identity, input),
    },
  };
}

/** Returns `iam:PolicyARN`, by which a policy can limit which policies may be attached. */
function policyArnKey(input: Attached): ContextValues {
  return input.PolicyArn === undefined ? {} : { "iam:PolicyARN": input.PolicyArn };
}
