import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ApiAuthorization } from "./authorization";
import { withFormerName, type Named, partOf } from "./names";
import type { MethodPlace, ResponseDefinition, RouteDefinition } from "./routeDefinition";

interface MethodArgs {
  readonly at: MethodPlace;
  readonly route: RouteDefinition;
  readonly authorization: ApiAuthorization;
  readonly validator: aws.apigateway.RequestValidator;
}

/** Creates one method with its model, integration and answers. */
export function createMethod(
  named: Named,
  { at, route, authorization, validator }: MethodArgs,
  parentOpts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const opts = withFormerName(named, parentOpts);
  const model = createModel(named.name, at, route, opts);
  const method = new aws.apigateway.Method(
    named.name,
    {
      ...at,
      ...authorization.method,
      requestValidatorId: validator.id,
      ...(route.requestParameters ? { requestParameters: route.requestParameters } : {}),
      ...(model ? { requestModels: { "application/json": model.name } } : {}),
    },
    opts,
  );
  const integration = new aws.apigateway.Integration(
    named.name,
    { ...at, ...route.integration },
    { ...opts, dependsOn: [method] },
  );
  const answers = (route.responses ?? []).flatMap((response) =>
    createAnswer(
      partOf(named, response.statusCode),
      { at, response, method, integration },
      parentOpts,
    ),
  );
  return [...(model ? [model] : []), method, integration, ...answers];
}

function createModel(
  name: string,
  { restApi }: MethodPlace,
  { schema }: RouteDefinition,
  opts: pulumi.CustomResourceOptions,
): aws.apigateway.Model | undefined {
  if (schema === undefined) return undefined;
  return new aws.apigateway.Model(
    modelName(name),
    { restApi, contentType: "application/json", schema },
    opts,
  );
}

/**
 * API Gateway accepts letters and digits only. Pulumi leaves out every other character but `_`:
 * https://github.com/terraform-linters/tflint-ruleset-aws/issues/98
 */
function modelName(name: string): string {
  // Braces keep names apart, as in ApiNames.
  return name.replaceAll("_", "{u}");
}

interface AnswerArgs {
  readonly at: MethodPlace;
  readonly response: ResponseDefinition;
  readonly method: aws.apigateway.Method;
  readonly integration: aws.apigateway.Integration;
}

function createAnswer(
  named: Named,
  { at, response, method, integration }: AnswerArgs,
  parentOpts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const opts = withFormerName(named, parentOpts);
  const { statusCode, selectionPattern, responseParameters, responseTemplates } = response;
  const declared = new aws.apigateway.MethodResponse(
    named.name,
    {
      ...at,
      statusCode,
      responseParameters: Object.fromEntries(
        Object.keys(responseParameters).map((parameter) => [parameter, true]),
      ),
    },
    { ...opts, dependsOn: [method] },
  );
  const mapped = new aws.apigateway.IntegrationResponse(
    named.name,
    { ...at, statusCode, selectionPattern, responseParameters, responseTemplates },
    { ...opts, dependsOn: [integration, declared] },
  );
  return [declared, mapped];
}
