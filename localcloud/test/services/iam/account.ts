import { expect } from "chai";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import type { PolicyStatement } from "../../../core/policyDocument";
import { iam } from "../../../services/iam";
import { sts } from "../../../services/sts";

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export const ACCOUNT = "123456789012";
export const LAMBDA_TRUST = trust({ Service: "lambda.amazonaws.com" });

/** A cloud with IAM and STS, and real SDK clients of its callers. */
export class TestAccount {
  private readonly clients: { destroy(): void }[] = [];
  readonly iam = this.iamAs({ accessKeyId: "AKIAOWNEROFTHEACCNT", secretAccessKey: "any" });

  private constructor(readonly cloud: Cloud) {}

  static async start(): Promise<TestAccount> {
    return new TestAccount(await startCloud({ services: [iam, sts], clock: "manual" }));
  }

  iamAs(credentials: Keys): IAMClient {
    return this.keep(new IAMClient(this.config(credentials)));
  }

  stsAs(credentials: Keys): STSClient {
    return this.keep(new STSClient(this.config(credentials)));
  }

  /** Creates a role with one inline policy; returns keys of a session that Lambda assumed. */
  async roleSession(roleName: string, ...statements: PolicyStatement[]): Promise<Keys> {
    await this.iam.send(
      new CreateRoleCommand({ RoleName: roleName, AssumeRolePolicyDocument: LAMBDA_TRUST }),
    );
    if (statements.length > 0)
      await this.iam.send(
        new PutRolePolicyCommand({
          RoleName: roleName,
          PolicyName: "inline",
          PolicyDocument: policy(...statements),
        }),
      );
    return this.assumeAsLambda(roleName);
  }

  assumeAsLambda(roleName: string): Keys {
    return this.cloud.identity.assumeForService({
      roleArn: `arn:aws:iam::${ACCOUNT}:role/${roleName}`,
      service: "lambda.amazonaws.com",
      sessionName: "function",
    });
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.destroy();
    await this.cloud.close();
  }

  private config(credentials: Keys): object {
    return { endpoint: this.cloud.endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  }

  private keep<Client extends { destroy(): void }>(client: Client): Client {
    this.clients.push(client);
    return client;
  }
}

export function policy(...statements: PolicyStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

export function allow(action: string | string[], resource = "*"): PolicyStatement {
  return { Effect: "Allow", Action: action, Resource: resource };
}

export function trust(
  principal: NonNullable<PolicyStatement["Principal"]>,
  more: Partial<PolicyStatement> = {},
): string {
  return policy({ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole", ...more });
}

/** Returns the AWS error `name` of a call, for checks of its text and status. */
export async function refusal(call: Promise<unknown>, name: string): Promise<Refusal> {
  const error = await call.then(
    () => new Error("the call succeeded"),
    (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason))),
  );
  expect(error.name, error.message).to.equal(name);
  return error;
}

export interface Refusal extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}
