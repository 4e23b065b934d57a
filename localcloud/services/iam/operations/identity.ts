import { AwsError } from "../../../core/errors";
import type { PolicyDocument } from "../../../core/policyDocument";
import { servicePrincipal, type Principal, type RolePrincipal } from "../../../core/principal";
import type {
  AssumeRoleRequest,
  IdentityDirectory,
  InstanceProfileIdentity,
  IssuedKey,
  SessionCredentials,
} from "../../../core/identity";
import { authorize } from "../../../access/authorize";
import type { ContextValues } from "../../../access/context";
import { newId, newSecret, newSessionToken } from "../model/ids";
import { policyDocumentOf, requireAttachable } from "../model/lookup";
import { validationError } from "../model/errors";
import type { IamStore, Identity, RoleRecord, SessionRecord } from "../store";

/** Sessions that services assume last as long as those of Lambda's execution environments. */
const SERVICE_SESSION_SECONDS = 12 * 3600;

/** Returns the interface of the account's IAM store for the rest of the cloud. */
export function iamIdentity(store: IamStore): IdentityDirectory {
  return new StoredIdentities(store);
}

class StoredIdentities implements IdentityDirectory {
  constructor(private readonly store: IamStore) {}

  assumeForService(request: {
    roleArn: string;
    service: string;
    sessionName: string;
    sourceFunctionArn?: string;
    sourceArn?: string;
  }): SessionCredentials {
    const { roleArn, service, sourceArn } = request;
    const caller = servicePrincipal(service, sourceArn, this.store.accountId);
    const check = {
      action: "sts:AssumeRole",
      resource: roleArn,
      resourcePolicy: this.trustPolicy(roleArn),
      context: { "sts:RoleSessionName": request.sessionName },
    };
    authorize(check, caller, this, {
      region: this.store.region,
      now: this.store.clock.date(),
      service: "sts",
      deniedCode: "AccessDenied",
    });
    return this.createSession(this.role(roleArn), {
      sessionName: request.sessionName,
      durationSeconds: SERVICE_SESSION_SECONDS,
      sourceFunctionArn: request.sourceFunctionArn,
    });
  }

  assumeRole(request: AssumeRoleRequest): SessionCredentials {
    const role = this.role(request.roleArn);
    if (request.durationSeconds > role.maxSessionDuration)
      throw validationError(
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
      );
    const managed = (request.policyArns ?? []).map((arn) => {
      requireAttachable(this.store, arn);
      return this.managedDocument(arn);
    });
    const policies = [...(request.policy ? [request.policy] : []), ...managed];
    return this.createSession(role, {
      sessionName: request.sessionName,
      durationSeconds: request.durationSeconds,
      tags: request.tags,
      policies: policies.length > 0 ? policies : undefined,
    });
  }

  sessionToken(principal: Principal, durationSeconds: number): IssuedKey & { accessKeyId: string } {
    return this.remember(principal, durationSeconds, {});
  }

  findByAccessKey(accessKeyId: string): IssuedKey | undefined {
    const session = this.store.sessions.get(accessKeyId);
    if (session) return session;
    const key = this.store.accessKeys.get(accessKeyId);
    const user = key && this.store.users.get(key.userName);
    if (!key || !user) return undefined;
    const { accountId } = this.store;
    return {
      secretAccessKey: key.secretAccessKey,
      principal: { type: "user", accountId, arn: user.arn, userName: user.userName },
    };
  }

  isDeletedKey(accessKeyId: string): boolean {
    return this.store.deletedAccessKeys.has(accessKeyId);
  }

  instanceProfile(nameOrArn: string): InstanceProfileIdentity | undefined {
    const profile = this.store.instanceProfiles.get(
      nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1),
    );
    if (!profile || (nameOrArn.startsWith("arn:") && profile.arn !== nameOrArn)) return undefined;
    const roleArn = this.store.roles.get(profile.roleName ?? "")?.arn;
    return { arn: profile.arn, id: profile.instanceProfileId, roleArn };
  }

  identityPolicies(principal: Principal): readonly PolicyDocument[] {
    const identity = this.identityOf(principal);
    if (!identity) return [];
    const inline = [...identity.inlinePolicies.values()].map((policy) => policy.document);
    const attached = [...identity.attachedPolicies].map((arn) => this.managedDocument(arn));
    return [...inline, ...attached];
  }

  permissionsBoundary(principal: Principal): PolicyDocument | undefined {
    const arn = this.identityOf(principal)?.permissionsBoundary;
    return arn === undefined ? undefined : this.managedDocument(arn);
  }

  sessionPolicies(principal: Principal): readonly PolicyDocument[] | undefined {
    return this.sessionOf(principal)?.policies;
  }

  principalContext(principal: Principal): ContextValues {
    const identity = this.identityOf(principal);
    const session = this.sessionOf(principal);
    const tags = { ...Object.fromEntries(identity?.tags ?? []), ...session?.tags };
    return {
      ...Object.fromEntries(
        Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]),
      ),
      ...this.userId(principal),
      ...(session && {
        "aws:TokenIssueTime": session.issued.toISOString(),
        "aws:MultiFactorAuthPresent": "false",
      }),
    };
  }

  trustPolicy(roleArn: string): PolicyDocument | undefined {
    return this.findRole(roleArn)?.trustPolicy.document;
  }

  endSession(accessKeyId: string): void {
    this.store.sessions.delete(accessKeyId);
  }

  private createSession(
    role: RoleRecord,
    options: {
      sessionName: string;
      durationSeconds: number;
      tags?: Readonly<Record<string, string>>;
      policies?: readonly PolicyDocument[];
      sourceFunctionArn?: string;
    },
  ): SessionCredentials {
    const { accountId } = this.store;
    const principal: RolePrincipal = {
      type: "role",
      accountId,
      arn: `arn:aws:sts::${accountId}:assumed-role/${role.roleName}/${options.sessionName}`,
      roleName: role.roleName,
      roleArn: role.arn,
      roleId: role.roleId,
      sessionName: options.sessionName,
      sourceFunctionArn: options.sourceFunctionArn,
    };
    return this.remember(principal, options.durationSeconds, options);
  }

  /**
   * Creates the keys of a new session. A role's principal contains their id, so that its policies can be found later.
   */
  private remember<Kind extends Principal>(
    principal: Kind,
    durationSeconds: number,
    options: Pick<Partial<SessionRecord>, "tags" | "policies">,
  ): SessionRecord & { readonly principal: Kind } {
    const issued = this.store.clock.date();
    const accessKeyId = newId("ASIA");
    const session = {
      accessKeyId,
      secretAccessKey: newSecret(),
      sessionToken: newSessionToken(),
      issued,
      expiration: new Date(issued.getTime() + durationSeconds * 1000),
      principal: principal.type === "role" ? { ...principal, accessKeyId } : principal,
      tags: options.tags ?? {},
      policies: options.policies,
    };
    this.store.sessions.set(accessKeyId, session);
    return session;
  }

  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable */
  private userId(principal: Principal): ContextValues {
    switch (principal.type) {
      case "root":
        return { "aws:userid": principal.accountId };
      case "user":
        return { "aws:userid": this.store.users.get(principal.userName)?.userId ?? "" };
      case "role":
        return { "aws:userid": `${principal.roleId}:${principal.sessionName}` };
      default:
        return {};
    }
  }

  private role(roleArn: string): RoleRecord {
    const role = this.findRole(roleArn);
    // Only a service or a trusted caller gets here; a role that does not exist trusts nobody.
    if (!role)
      throw new AwsError("AccessDenied", `Role ${roleArn} does not exist.`, { status: 403 });
    return role;
  }

  private findRole(roleArn: string): RoleRecord | undefined {
    const role = this.store.roles.get(roleArn.slice(roleArn.lastIndexOf("/") + 1));
    return role?.arn === roleArn ? role : undefined;
  }

  /**
   * Returns the identity of a principal. A session loses its permissions with its role; a new role of the same name
   * is a different one.
   */
  private identityOf(principal: Principal): Identity | undefined {
    if (principal.type === "user") return this.store.users.get(principal.userName);
    if (principal.type !== "role") return undefined;
    const role = this.store.roles.get(principal.roleName);
    return role?.roleId === principal.roleId ? role : undefined;
  }

  private sessionOf(principal: Principal): SessionRecord | undefined {
    if (principal.type !== "role" || principal.accessKeyId === undefined) return undefined;
    return this.store.sessions.get(principal.accessKeyId);
  }

  private managedDocument(arn: string): PolicyDocument {
    const document = policyDocumentOf(this.store, arn);
    if (!document) throw new Error(`The managed policy ${arn} is attached but does not exist.`);
    return document;
  }
}
