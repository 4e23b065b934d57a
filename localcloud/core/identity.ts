import type { PolicyDocument } from "./policyDocument";
import type { Principal } from "./principal";

/** Temporary credentials as STS returns them. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
  readonly principal: Principal & { readonly type: "role" };
}

/** Values of condition keys of a request. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** The IAM service's interface for services that use roles. */
export interface IdentityDirectory {
  /**
   * Assumes `roleArn` as an AWS service: checks the role's trust policy for `service` (throws an AccessDenied
   * AwsError) and creates session keys.
   */
  assumeForService(request: {
    roleArn: string;
    service: string;
    sessionName: string;
    sourceFunctionArn?: string;
    sourceArn?: string;
  }): SessionCredentials;
  /** Returns the caller with an access key id; undefined if the cloud never issued it. */
  findByAccessKey(accessKeyId: string): IssuedKey | undefined;
  /** Checks whether an access key is a deleted key of a user. */
  isDeletedKey(accessKeyId: string): boolean;
  /** Returns the caller's identity policies, inline and attached; session policies are separate. */
  identityPolicies(principal: Principal): readonly PolicyDocument[];
  /** Returns the caller's permissions boundary, if any. */
  permissionsBoundary(principal: Principal): PolicyDocument | undefined;
  /** Returns the policies passed to AssumeRole, which limit the session; undefined = no limit. */
  sessionPolicies(principal: Principal): readonly PolicyDocument[] | undefined;
  /** Returns condition keys that only IAM knows: `aws:userid`, `aws:PrincipalTag/...`, `aws:TokenIssueTime`. */
  principalContext(principal: Principal): ConditionContext;
  /** Returns a role's trust policy; undefined if the role does not exist. */
  trustPolicy(roleArn: string): PolicyDocument | undefined;
  /** Returns an instance profile by name or ARN, with its role. */
  instanceProfile(nameOrArn: string): InstanceProfileIdentity | undefined;
  /** Creates a session of a role for a caller that its trust policy allows (sts:AssumeRole). */
  assumeRole(request: AssumeRoleRequest): SessionCredentials;
  /** Creates temporary keys with the caller's own permissions (sts:GetSessionToken). */
  sessionToken(principal: Principal, durationSeconds: number): IssuedKey & { accessKeyId: string };
  /** Removes a session, e.g. of a worker that ended. */
  endSession(accessKeyId: string): void;
}

export interface InstanceProfileIdentity {
  readonly arn: string;
  readonly id: string;
  readonly roleArn?: string;
}

/** STS's request to IAM for a session of a role. */
export interface AssumeRoleRequest {
  readonly caller: Principal;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  /** Session tags; they override the role's tags of the same key. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Inline session policy, already validated. */
  readonly policy?: PolicyDocument;
  /** ARNs of managed session policies. */
  readonly policyArns?: readonly string[];
}

export interface IssuedKey {
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
  readonly principal: Principal;
}
