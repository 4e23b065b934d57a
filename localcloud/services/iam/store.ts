import type { PolicyDocument } from "../../core/policyDocument";
import type { Principal } from "../../core/principal";
import type { Clock } from "../../core/clock";
import type { StoreScope } from "../../core/service";

/** The text of a policy as it was sent, and its parsed document. */
export interface StoredPolicy {
  readonly text: string;
  readonly document: PolicyDocument;
}

export type Tags = ReadonlyMap<string, string>;

/** Properties that roles and users have in common: permissions. */
export interface Identity {
  /** Inline policies by name. */
  readonly inlinePolicies: Map<string, StoredPolicy>;
  /** ARNs of managed policies, in the order they were attached. */
  readonly attachedPolicies: Set<string>;
  permissionsBoundary?: string;
  tags: Tags;
}

export interface RoleRecord extends Identity {
  readonly roleName: string;
  readonly roleId: string;
  readonly arn: string;
  readonly path: string;
  readonly createDate: Date;
  trustPolicy: StoredPolicy;
  description?: string;
  /** Seconds. */
  maxSessionDuration: number;
  /** Whether a service owns it: then only that service changes it. */
  readonly serviceLinked?: true;
}

export interface UserRecord extends Identity {
  readonly userName: string;
  readonly userId: string;
  readonly arn: string;
  readonly path: string;
  readonly createDate: Date;
}

export interface PolicyVersionRecord {
  readonly versionId: string;
  readonly createDate: Date;
  readonly policy: StoredPolicy;
}

export interface PolicyRecord {
  readonly policyName: string;
  readonly policyId: string;
  readonly arn: string;
  readonly path: string;
  readonly description?: string;
  readonly createDate: Date;
  updateDate: Date;
  defaultVersionId: string;
  /** Number of the newest version ever created; version ids are never reused. */
  lastVersion: number;
  readonly versions: Map<string, PolicyVersionRecord>;
  tags: Tags;
}

export interface InstanceProfileRecord {
  readonly instanceProfileName: string;
  readonly instanceProfileId: string;
  readonly arn: string;
  readonly path: string;
  readonly createDate: Date;
  roleName?: string;
  tags: Tags;
}

export interface AccessKeyRecord {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly userName: string;
  readonly createDate: Date;
  status: "Active" | "Inactive";
}

/** Temporary credentials: a session of a role, or of a user or root by GetSessionToken. */
export interface SessionRecord {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
  readonly issued: Date;
  readonly principal: Principal;
  readonly tags: Readonly<Record<string, string>>;
  readonly policies?: readonly PolicyDocument[];
}

/** The account's principals and policies; as in IAM, names are unique regardless of case. */
export class IamStore {
  readonly accountId: string;
  readonly clock: Clock;
  /** The cloud's default region, used by services that specify none. */
  readonly region: string;
  readonly roles = new NameMap<RoleRecord>();
  readonly users = new NameMap<UserRecord>();
  readonly policies = new Map<string, PolicyRecord>();
  readonly instanceProfiles = new NameMap<InstanceProfileRecord>();
  readonly accessKeys = new Map<string, AccessKeyRecord>();
  /** Ids of deleted access keys; requests signed with them are refused. */
  readonly deletedAccessKeys = new Set<string>();
  /** Ids of completed deletions of service-linked roles. */
  readonly deletionTasks = new Set<string>();
  readonly sessions = new Map<string, SessionRecord>();

  constructor(scope: Pick<StoreScope, "accountId" | "clock" | "region">) {
    this.accountId = scope.accountId;
    this.clock = scope.clock;
    this.region = scope.region;
  }
}

/** A map with case-insensitive keys ("MyRole" and "myrole" cannot both exist). */
export class NameMap<Value> {
  private readonly byName = new Map<string, Value>();

  get(name: string): Value | undefined {
    return this.byName.get(name.toLowerCase());
  }

  set(name: string, value: Value): void {
    this.byName.set(name.toLowerCase(), value);
  }

  delete(name: string): void {
    this.byName.delete(name.toLowerCase());
  }

  values(): readonly Value[] {
    return [...this.byName.values()];
  }
}
