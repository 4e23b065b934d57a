import { randomBytes } from "node:crypto";
import { formatArn, parseArn } from "../../core/arn";
import { refuseOptions } from "../../core/errors";
import { readTags } from "../../entities/tags";
import { api, exists, invalidName, invalidRequest, notFound } from "./api";
import { checkDeletion, deleteSecret } from "./deletion";
import { checkMayDecrypt } from "./encryption";
import { matchesFilters } from "./filters";
import { parsePolicy } from "./policies";
import { updateStage } from "./stages";
import type { Secret } from "./store";
import { addVersion, findVersion, requiredValue, valueOf } from "./values";
import { described, listed, versionEntries } from "./views";

/** Six characters that AWS appends to the name in the ARN; for a secret that does not exist, policies match any. */
const SUFFIX = /-[a-zA-Z0-9]{6}$/;

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
const NAME = /^[A-Za-z0-9/_+=.@!-]+$/;

export const secrets = api.entity<Secret>({
  all: (store) => store.secrets,
  // By name, by ARN, or by an ARN without its suffix.
  key(reference, { store }) {
    const name = parseArn(reference)?.resource.replace("secret:", "") ?? reference;
    if (name === reference || store.secrets.has(name)) return name;
    const found = store.secrets.get(name.replace(SUFFIX, ""));
    return found?.arn === reference ? found.name : name;
  },
  arn: (name, place, secret) =>
    secret?.arn ?? formatArn("secretsmanager", place, `secret:${name}-??????`),
  notFound: () => notFound("."),
  tags: (secret) => secret.tags,
  policy: (secret) => secret.policy?.document,
  operations: {
    CreateSecret: {
      names: "Name",
      also: ({ Tags }) => (Tags?.length ? ["TagResource"] : []),
      conditions: ({ Name }) => ({ "secretsmanager:Name": Name }),
      async does(input, context) {
        refuseOptions(input, ["AddReplicaRegions", "Type"], "secretsmanager:CreateSecret");
        const { Name: name, Description: description, KmsKeyId: kmsKeyId } = input;
        const { store, clock } = context;
        if (!NAME.test(name)) throw invalidName();
        const value = valueOf(input);
        const known = store.secrets.get(name);
        if (known) return created(known, input, value);
        const arn = formatArn("secretsmanager", context, `secret:${name}-${suffix()}`);
        const now = clock.date();
        const tags = readTags(input, api.model("CreateSecret").input, api);
        const facts = { name, arn, description, kmsKeyId, tags, createdAt: now, changedAt: now };
        const secret: Secret = { ...facts, versions: new Map() };
        const version =
          value && (await addVersion(secret, value, { token: input.ClientRequestToken }, context));
        // Of two concurrent requests the first one wins.
        const other = store.secrets.get(name);
        if (other) return created(other, input, value);
        store.secrets.set(name, secret);
        return { ARN: arn, Name: name, VersionId: version?.id };
      },
    },
    DescribeSecret: { on: "SecretId", run: described },
    ListSecrets: {
      lists: "SecretList",
      max: 100,
      among(input, { store }) {
        refuseOptions(input, ["SortBy", "SortOrder"], "secretsmanager:ListSecrets");
        return [...store.secrets.values()].filter(
          (secret) =>
            (input.IncludePlannedDeletion || !secret.deletion) &&
            matchesFilters(secret, input.Filters),
        );
      },
      view: listed,
    },
    GetSecretValue: {
      on: "SecretId",
      conditions: ({ SecretId, VersionId, VersionStage }) => ({
        "secretsmanager:SecretId": SecretId,
        ...(VersionId !== undefined && { "secretsmanager:VersionId": VersionId }),
        "secretsmanager:VersionStage": VersionStage ?? "AWSCURRENT",
      }),
      async run(secret, input, context) {
        refuseDeleted(secret);
        const version = findVersion(secret, input);
        await checkMayDecrypt(secret, version, context);
        secret.accessedAt = version.accessedAt = context.clock.date();
        return {
          ARN: secret.arn,
          Name: secret.name,
          VersionId: version.id,
          ...version.value,
          VersionStages: [...version.stages],
          CreatedDate: version.createdAt,
        };
      },
    },
    PutSecretValue: {
      on: "SecretId",
      async run(secret, input, context) {
        refuseDeleted(secret);
        const { ClientRequestToken: token, VersionStages: stages } = input;
        const version = await addVersion(secret, requiredValue(input), { token, stages }, context);
        const { arn: ARN, name: Name } = secret;
        return { ARN, Name, VersionId: version.id, VersionStages: [...version.stages] };
      },
    },
    UpdateSecret: {
      on: "SecretId",
      async run(secret, input, context) {
        refuseOptions(input, ["Type"], "secretsmanager:UpdateSecret");
        refuseDeleted(secret);
        const value = valueOf(input);
        const kmsKeyId = input.KmsKeyId === "" ? undefined : (input.KmsKeyId ?? secret.kmsKeyId);
        const token = input.ClientRequestToken;
        // Nothing is changed if the new key may not be used.
        const next = { ...secret, kmsKeyId };
        const version = value && (await addVersion(next, value, { token }, context));
        // Only what the request names: another one may have changed the rest meanwhile.
        if (input.KmsKeyId !== undefined) secret.kmsKeyId = kmsKeyId;
        secret.description = input.Description ?? secret.description;
        secret.changedAt = context.clock.date();
        return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
      },
    },
    UpdateSecretVersionStage: {
      on: "SecretId",
      run(secret, input, { clock }) {
        refuseDeleted(secret);
        updateStage(secret, input);
        secret.changedAt = clock.date();
        return { ARN: secret.arn, Name: secret.name };
      },
    },
    ListSecretVersionIds: { on: "SecretId", run: versionEntries },
    DeleteSecret: {
      names: "SecretId",
      conditions: ({ RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force }) => ({
        ...(days !== undefined && { "secretsmanager:RecoveryWindowInDays": String(days) }),
        "secretsmanager:ForceDeleteWithoutRecovery": String(force ?? false),
      }),
      does(input, context): { ARN?: string; Name?: string; DeletionDate?: Date } {
        checkDeletion(input);
        const secret = secrets.find(input.SecretId, context);
        if (!secret) {
          // With force, deleting a secret that does not exist succeeds.
          if (!input.ForceDeleteWithoutRecovery) throw notFound(".");
          return { Name: input.SecretId, DeletionDate: context.clock.date() };
        }
        if (!input.ForceDeleteWithoutRecovery) refuseDeleted(secret);
        const DeletionDate = deleteSecret(secret, input, context);
        return { ARN: secret.arn, Name: secret.name, DeletionDate };
      },
    },
    RestoreSecret: {
      on: "SecretId",
      run(secret, _input, { clock }) {
        clock.clearTimeout(secret.deletion?.timer);
        secret.deletion = undefined;
        return { ARN: secret.arn, Name: secret.name };
      },
    },
    PutResourcePolicy: {
      on: "SecretId",
      conditions: ({ BlockPublicPolicy: block }) => ({
        "secretsmanager:BlockPublicPolicy": String(block ?? false),
      }),
      run(secret, { ResourcePolicy: text, BlockPublicPolicy }) {
        refuseDeleted(secret);
        secret.policy = { text, document: parsePolicy(text, BlockPublicPolicy) };
        return { ARN: secret.arn, Name: secret.name };
      },
    },
    GetResourcePolicy: {
      on: "SecretId",
      run(secret) {
        refuseDeleted(secret);
        return { ARN: secret.arn, Name: secret.name, ResourcePolicy: secret.policy?.text };
      },
    },
    DeleteResourcePolicy: {
      on: "SecretId",
      run(secret) {
        refuseDeleted(secret);
        secret.policy = undefined;
        return { ARN: secret.arn, Name: secret.name };
      },
    },
    TagResource: { tags: "SecretId" },
    UntagResource: { untags: "SecretId" },
  },
});

/** Returns the existing secret of this name for the same request; throws for any other request. */
function created(
  secret: Secret,
  { Name, ClientRequestToken: token }: { Name: string; ClientRequestToken?: string },
  value: unknown,
): object {
  if (secret.deletion)
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  const version = secret.versions.get(token ?? "");
  if (version && JSON.stringify(version.value) === JSON.stringify(value))
    return { ARN: secret.arn, Name, VersionId: version.id };
  throw exists(`The operation failed because the secret ${Name} already exists.`);
}

function refuseDeleted({ deletion }: Secret): void {
  if (deletion)
    throw invalidRequest(
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
}

function suffix(): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return [...randomBytes(6)].map((byte) => letters[byte % letters.length]).join("");
}
