import type {
  Authorizer,
  CreateAuthorizerCommandInput,
  CreateAuthorizerCommandOutput,
  DeleteAuthorizerCommandInput,
  FlushStageAuthorizersCacheCommandInput,
  GetAuthorizerCommandInput,
  GetAuthorizerCommandOutput,
  GetAuthorizersCommandInput,
  GetAuthorizersCommandOutput,
  UpdateAuthorizerCommandInput,
  UpdateAuthorizerCommandOutput,
} from "@aws-sdk/client-api-gateway";
import { badRequest, conflict, notFound } from "../model/apiErrors";
import { newId } from "../model/identifiers";
import type { ApiGatewayStore } from "../store";
import { authorizerRules, checkAuthorizer, DEFAULT_TTL_SECONDS } from "../model/authorizerRules";
import { operation, passRoleCheck, type Output } from "../model/operation";
import { listPage } from "../model/paging";
import { patched, plainRefusals } from "../model/patch";

interface AuthorizerId {
  restApiId: string | undefined;
  authorizerId: string | undefined;
}

const listPath = ({ restApiId }: { restApiId: string | undefined }): string =>
  `/restapis/${restApiId}/authorizers`;
const path = (id: AuthorizerId): string => `${listPath(id)}/${id.authorizerId}`;

export const createAuthorizer = operation<
  CreateAuthorizerCommandInput,
  Output<CreateAuthorizerCommandOutput>
>(
  "POST",
  listPath,
  (input, { store }) => {
    const api = store.api(input.restApiId);
    const authorizer: Authorizer = {
      id: newId(),
      name: input.name,
      type: input.type,
      ...(input.providerARNs && { providerARNs: [...input.providerARNs] }),
      authType:
        input.authType ?? (input.type === "COGNITO_USER_POOLS" ? "cognito_user_pools" : "custom"),
      ...(input.authorizerUri !== undefined && { authorizerUri: input.authorizerUri }),
      ...(input.authorizerCredentials !== undefined && {
        authorizerCredentials: input.authorizerCredentials,
      }),
      ...(input.identitySource !== undefined && { identitySource: input.identitySource }),
      ...(input.identityValidationExpression !== undefined && {
        identityValidationExpression: input.identityValidationExpression,
      }),
      authorizerResultTtlInSeconds: input.authorizerResultTtlInSeconds ?? DEFAULT_TTL_SECONDS,
    };
    checkAuthorizer(authorizer);
    if ([...api.authorizers.values()].some(({ name }) => name === authorizer.name))
      throw badRequest(
        "Authorizer name must be unique. Authorizer " +
          authorizer.name +
          " already exists in this RestApi.",
      );
    api.authorizers.set(authorizer.id ?? "", authorizer);
    return structuredClone(authorizer);
  },
  ({ authorizerCredentials }) => passRoleCheck(authorizerCredentials),
);

export const getAuthorizer = operation<
  GetAuthorizerCommandInput,
  Output<GetAuthorizerCommandOutput>
>("GET", path, (input, { store }) => structuredClone(authorizerOf(store, input)));

export const getAuthorizers = operation<
  GetAuthorizersCommandInput,
  Output<GetAuthorizersCommandOutput>
>("GET", listPath, (input, { store }) => {
  const authorizers = [...store.api(input.restApiId).authorizers.values()];
  return listPage(structuredClone(authorizers), input, ({ id }) => id ?? "");
});

export const updateAuthorizer = operation<
  UpdateAuthorizerCommandInput,
  Output<UpdateAuthorizerCommandOutput>
>(
  "PATCH",
  path,
  (input, { store }) => {
    const authorizer = patched(
      authorizerOf(store, input),
      input.patchOperations,
      authorizerRules,
      plainRefusals,
      "updateAuthorizerInput",
    );
    checkAuthorizer(authorizer);
    store.api(input.restApiId).authorizers.set(authorizer.id ?? "", authorizer);
    return structuredClone(authorizer);
  },
  ({ patchOperations }) =>
    (patchOperations ?? [])
      .filter((patch) => patch.path === "/authorizerCredentials")
      .flatMap((patch) => passRoleCheck(patch.value)),
);

export const deleteAuthorizer = operation<DeleteAuthorizerCommandInput, object>(
  "DELETE",
  path,
  (input, { store }) => {
    const authorizer = authorizerOf(store, input);
    const api = store.api(input.restApiId);
    for (const resource of api.resources.values())
      for (const method of resource.methods.values())
        if (method.authorizerId === authorizer.id)
          throw conflict("Cannot delete authorizer, it is referenced in a method");
    api.authorizers.delete(authorizer.id ?? "");
    return {};
  },
);

export const flushStageAuthorizersCache = operation<FlushStageAuthorizersCacheCommandInput, object>(
  "DELETE",
  ({ restApiId, stageName }) => `/restapis/${restApiId}/stages/${stageName}/cache/authorizers`,
  (input, { store }) => {
    const api = store.api(input.restApiId);
    if (!api.stages.has(input.stageName ?? ""))
      throw notFound("Invalid stage identifier specified");
    store.runtime.authorizerCache.flush(`${api.id}/${input.stageName}`);
    return {};
  },
);

function authorizerOf(store: ApiGatewayStore, id: AuthorizerId): Authorizer {
  const api = store.apis.get(id.restApiId ?? "");
  const authorizer = api?.authorizers.get(id.authorizerId ?? "");
  if (!authorizer) throw notFound("Invalid Authorizer identifier specified");
  return authorizer;
}
