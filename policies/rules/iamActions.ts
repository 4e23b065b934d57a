/**
 * Actions with which a principal can gain permissions that it was not given, alone or together with passing a role.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html (permissions management)
 * and the paths that Checkov's CKV_AWS_286 and CKV_AWS_289 check for.
 */
export const ESCALATING_ACTIONS: ReadonlySet<string> = new Set([
  "iam:AddUserToGroup",
  "iam:AttachGroupPolicy",
  "iam:AttachRolePolicy",
  "iam:AttachUserPolicy",
  "iam:CreateAccessKey",
  "iam:CreateLoginProfile",
  "iam:CreatePolicy",
  "iam:CreatePolicyVersion",
  "iam:DeleteRolePermissionsBoundary",
  "iam:PassRole",
  "iam:PutGroupPolicy",
  "iam:PutRolePolicy",
  "iam:PutUserPolicy",
  "iam:SetDefaultPolicyVersion",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateLoginProfile",
  "kms:CreateGrant",
  "kms:PutKeyPolicy",
  "lambda:AddPermission",
  "s3:PutBucketPolicy",
  "sns:AddPermission",
  "sqs:AddPermission",
]);
