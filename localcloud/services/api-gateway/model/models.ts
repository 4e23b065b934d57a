import type { Model } from "@aws-sdk/client-api-gateway";
import { MissingRefError, type ErrorObject, type ValidateFunction } from "ajv";
import Ajv from "ajv-draft-04";

import { without } from "./without";

/** Error for a schema that is not JSON, is not a JSON Schema of draft 4, or has a broken reference. */
export class ModelError extends Error {
  override readonly name = "ModelError";
}

/** The models of one API, each compiled when first used. */
export interface CompiledModels {
  /** Throws a ModelError when the model cannot be compiled. */
  check(name: string): void;
  /** Returns the violations of the model by the value; empty if the value is valid. */
  errors(name: string, value: unknown): readonly ErrorObject[];
}

/**
 * Models refer to each other by URL.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
 */
function modelUrl(apiId: string, name: string): string {
  return `https://apigateway.amazonaws.com/restapis/${apiId}/models/${name}`;
}

export function compileModels(
  apiId: string,
  models: Readonly<Record<string, Model>>,
): CompiledModels {
  // `verbose` keeps the invalid value, which API Gateway's messages quote.
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, logger: false });
  const invalid = new Map<string, string>();
  for (const [name, model] of Object.entries(models)) {
    if (model.contentType !== "application/json") continue;
    try {
      ajv.addSchema(parseSchema(model.schema ?? ""), modelUrl(apiId, name));
    } catch (error) {
      invalid.set(name, error instanceof Error ? error.message : String(error));
    }
  }
  const compiled = (name: string): ValidateFunction => {
    const problem = invalid.get(name);
    if (problem !== undefined) throw new ModelError(problem);
    try {
      const validate = ajv.getSchema(modelUrl(apiId, name));
      if (validate) return validate;
    } catch (error) {
      throw new ModelError(describe(error));
    }
    throw new ModelError(`Invalid model reference specified: ${name}`);
  };
  return {
    check: (name) => void compiled(name),
    errors(name, value) {
      const validate = compiled(name);
      return validate(value) === true ? [] : [...(validate.errors ?? [])];
    },
  };
}

function parseSchema(text: string): object {
  const schema: unknown = JSON.parse(text);
  if (typeof schema !== "object" || schema === null || Array.isArray(schema))
    throw new Error("Model schema must be a JSON object");
  // An `id` in the schema would prevent references by the model's URL.
  return without({ ...schema }, "id");
}

function describe(error: unknown): string {
  if (error instanceof MissingRefError)
    return `Invalid model reference specified: ${error.missingRef}`;
  return error instanceof Error ? error.message : String(error);
}
