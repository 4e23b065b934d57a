import { expect } from "chai";
import {
  isInterference,
  type Problem,
  problemOf,
} from "../../../../callbacks/delivery/zipToLambdaPipeline/deploy/problem";
import {
  readVariables,
  type VariableClients,
} from "../../../../callbacks/delivery/zipToLambdaPipeline/deploy/variables";

/** Lambda's error for a parameter that it refuses. */
function invalid(message: string): Error {
  return Object.assign(new Error(message), { name: "InvalidParameterValueException" });
}

describe("ZipToLambdaPipeline: what an error says about a zip", () => {
  it("removes the values of variables that Lambda repeats", () => {
    const said =
      "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.";
    const problem = problemOf(invalid(`${said} String measured: {"TOKEN":"s3cret\nand more"}`));
    expect(problem).to.deep.include({ code: "refusedByLambda", message: `Lambda says: ${said}` });
  });

  it("tries again when a role, or its permission to report failures, is not known everywhere yet", () => {
    for (const message of [
      "The role defined for the function cannot be assumed by Lambda.",
      "The function's execution role does not have permissions to call SendMessage on arn:aws:sqs:eu-central-1:123456789012:failures",
    ]) {
      expect(problemOf(invalid(message)), message).to.equal(undefined);
      expect(isInterference(invalid(message)), message).to.equal(true);
    }
    expect(isInterference(invalid("Unzipped size must be smaller"))).to.equal(false);
  });

  it("tries again when S3 cannot give Lambda the zip at this moment, and rejects none for it", () => {
    const said = (code: string): Error =>
      invalid(`Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ...`);
    for (const code of ["NoSuchVersion", "SlowDown", "InternalError", "ServiceUnavailable"]) {
      expect(problemOf(said(code)), code).to.equal(undefined);
      expect(isInterference(said(code)), code).to.equal(true);
    }
    expect(problemOf(said("AccessDenied"))?.code).to.equal("refusedByLambda");
  });

  it("rejects an environment that is too large with its references resolved, and names no value", async () => {
    const send = async (): Promise<object> => ({ Parameter: { Value: "s3cret".repeat(700) } });
    const clients = { ssm: { send }, secrets: { send } } as unknown as VariableClients;
    const reading = readVariables(clients, { TOKEN: { parameter: "/shop/token" } });
    const problem = await reading.then(
      () => undefined,
      (error: { problem: Problem }) => error.problem,
    );
    expect(problem?.code).to.equal("environmentTooLarge");
    expect(problem?.message).to.contain("4212 bytes").and.not.contain("s3cret");
  });
});
