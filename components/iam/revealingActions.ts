/** Actions that return secrets, credentials or stored data, as listed by Checkov's CKV_AWS_287 and CKV_AWS_288. */
export const REVEALING_ACTIONS: ReadonlySet<string> = new Set([
  "dynamodb:BatchGetItem",
  "dynamodb:GetItem",
  "dynamodb:Query",
  "dynamodb:Scan",
  "iam:CreateAccessKey",
  "kms:Decrypt",
  "s3:GetObject",
  "secretsmanager:GetSecretValue",
  "sqs:ReceiveMessage",
  "ssm:GetParameter",
  "ssm:GetParameters",
  "ssm:GetParametersByPath",
  "sts:AssumeRole",
]);
