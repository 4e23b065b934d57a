import { randomBytes } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { parameterArn } from "../../iam/parameterArn";
import type { Statement } from "../../iam/statement";
import { locationOf } from "../../location";
import { hasApi, type WebhookRedeployerArgs } from "./args";
import { checkedKey, checkedToken } from "./checks";

/** Creates a SecureString that the ack function reads at run time: the token is not in any code, environment or log. */
export function createToken(
  self: pulumi.Resource,
  name: string,
  args: WebhookRedeployerArgs,
): aws.ssm.Parameter | undefined {
  const { token, tokenParameter, tokenKey, tags } = args;
  if (tokenParameter !== undefined || !hasApi(args)) return undefined;
  const value = token === undefined ? generatedToken() : checkedToken(self, token);
  const description = "Secret part of a webhook's URL; new,old while senders switch over.";
  const keyId = tokenKey === undefined ? {} : { keyId: checkedKey(self, tokenKey) };
  return new aws.ssm.Parameter(
    name,
    { type: "SecureString", value, description, tags, ...keyId },
    // A generated token is created once; without this, every run of the program would replace it.
    { parent: self, ...(token === undefined ? { ignoreChanges: ["value"] } : {}) },
  );
}

function generatedToken(): pulumi.Output<string> {
  return pulumi.secret(randomBytes(24).toString("base64url"));
}

/** The parameter that holds the token, and the permissions to read it. */
export interface TokenAccess {
  readonly name: pulumi.Output<string>;
  readonly permissions: Statement[];
}

/** @param self the redeployer: with its own parameter, or undefined if the arguments name one. */
export function tokenAccess(
  self: pulumi.Resource & { readonly tokenParameter: aws.ssm.Parameter | undefined },
  { tokenParameter, tokenKey }: WebhookRedeployerArgs,
): TokenAccess {
  const name = self.tokenParameter?.name ?? pulumi.output(tokenParameter ?? "");
  const arn =
    self.tokenParameter?.arn ?? parameterArn(self, "tokenParameter", tokenParameter ?? "");
  const read = { sid: "ReadToken", actions: ["ssm:GetParameter"], resources: [arn] };
  if (tokenKey === undefined) return { name, permissions: [read] };
  return { name, permissions: [read, decryptStatement(self, checkedKey(self, tokenKey), arn)] };
}

/**
 * Parameter Store decrypts with its caller's permissions. The caller needs permission for the key unless it is AWS's
 * key; it gets it for this parameter and through Parameter Store only.
 * https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
 */
function decryptStatement(
  self: pulumi.Resource,
  key: pulumi.Output<string>,
  parameter: pulumi.Output<string>,
): Statement {
  const { dnsSuffix, region } = locationOf(self);
  return {
    sid: "DecryptToken",
    actions: ["kms:Decrypt"],
    resources: [key],
    conditions: {
      StringEquals: {
        "kms:ViaService": pulumi.interpolate`ssm.${region}.${dnsSuffix}`,
        "kms:EncryptionContext:PARAMETER_ARN": parameter,
      },
    },
  };
}
