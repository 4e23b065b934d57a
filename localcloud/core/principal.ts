/** The caller, identified by the access key of the signature, or the calling service. */
export type Principal =
  RootPrincipal | UserPrincipal | RolePrincipal | ServicePrincipal | AnonymousPrincipal;

/** The account's root user; any long-term key that the cloud did not issue belongs to it. */
export interface RootPrincipal {
  readonly type: "root";
  readonly accountId: string;
  readonly arn: string;
}

export interface UserPrincipal {
  readonly type: "user";
  readonly accountId: string;
  readonly arn: string;
  readonly userName: string;
}

/** A session of an assumed role; `accessKeyId` distinguishes sessions of one role. */
export interface RolePrincipal {
  readonly type: "role";
  readonly accountId: string;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
  readonly arn: string;
  readonly roleName: string;
  readonly roleArn: string;
  readonly roleId: string;
  readonly sessionName: string;
  readonly accessKeyId?: string;
  /** ARN of the function whose execution environment holds the session (`lambda:SourceFunctionArn`). */
  readonly sourceFunctionArn?: string;
}

/** An AWS service that calls by itself, e.g. `apigateway.amazonaws.com` on behalf of `sourceArn`. */
export interface ServicePrincipal {
  readonly type: "service";
  readonly service: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

export interface AnonymousPrincipal {
  readonly type: "anonymous";
}

export function rootPrincipal(accountId: string): RootPrincipal {
  return { type: "root", accountId, arn: `arn:aws:iam::${accountId}:root` };
}

export function servicePrincipal(
  service: string,
  sourceArn?: string,
  sourceAccount?: string,
): ServicePrincipal {
  return { type: "service", service, sourceArn, sourceAccount };
}

/** Returns the caller's ARN as AWS shows it in an access denial. */
export function principalArn(principal: Principal): string {
  switch (principal.type) {
    case "service":
      return principal.service;
    case "anonymous":
      return "anonymous";
    default:
      return principal.arn;
  }
}
