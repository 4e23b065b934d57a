import { AwsError } from "../../core/errors";
import { api } from "./api";
import { resumeDeletions } from "./deletion";
import { parsePolicy } from "./policies";
import { randomPassword } from "./randomPassword";
import { secrets } from "./secrets";

/** AWS Secrets Manager. Not supported: rotation, replicas in other regions, secrets managed by other services. */
export const secretsManager = api.service({
  createStore: (scope) => ({ scope, secrets: new Map() }),
  saving: { resume: resumeDeletions },
  entities: [secrets],
  operations: {
    GetRandomPassword: { run: (request) => ({ RandomPassword: randomPassword(request) }) },
    ValidateResourcePolicy: {
      access: (input, context) => [
        input.SecretId === undefined
          ? { action: "secretsmanager:ValidateResourcePolicy", resource: "*" }
          : secrets.access("ValidateResourcePolicy", input.SecretId, context),
      ],
      run({ ResourcePolicy }) {
        try {
          parsePolicy(ResourcePolicy, true);
          return { PolicyValidationPassed: true, ValidationErrors: [] };
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          const ValidationErrors = [{ CheckName: error.code, ErrorMessage: error.message }];
          return { PolicyValidationPassed: false, ValidationErrors };
        }
      },
    },
  },
});
