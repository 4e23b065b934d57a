import type {
  GetParametersByPathCommandInput,
  GetParametersByPathCommandOutput,
} from "@aws-sdk/client-ssm";
import { checkRange, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { page } from "../../../core/page";
import type { FoundParameter } from "../model/findParameter";
import { readParameter } from "./getParameter";
import { parameterAccess } from "../model/parameterAccess";
import { invalidToken, isUnder, matchesFilter } from "../model/parameterFilters";
import { checkPath } from "../model/parameterName";
import { latestVersion, type SsmOperation } from "../store";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
const FILTER_KEYS: readonly string[] = ["Type", "KeyId", "Label"];

export const getParametersByPath: SsmOperation<
  GetParametersByPathCommandInput,
  GetParametersByPathCommandOutput
> = {
  access: (input, context) => [
    parameterAccess("GetParametersByPath", input.Path?.replace(/(.)\/$/, "$1"), context, {
      "ssm:Recursive": `${input.Recursive ?? false}`,
    }),
  ],
  async run(input, context) {
    const path = required(input.Path, "path");
    checkPath(path);
    if (/^\/aws(\/|$)/.test(path)) throw publicNotListed();
    checkRange(input.MaxResults, "maxResults", { min: 1, max: 10 });
    const filters = input.ParameterFilters ?? [];
    for (const { Key } of filters)
      if (!FILTER_KEYS.includes(Key ?? ""))
        throw new AwsError(
          "InvalidFilterKey",
          `The following filter key is not valid: ${Key}. Valid filter keys include: [${FILTER_KEYS.join(", ")}].`,
        );
    const label = filters.find(({ Key }) => Key === "Label")?.Values?.[0];
    const found: FoundParameter[] = [];
    for (const parameter of context.store.parameters.values()) {
      if (!isUnder(parameter.name, path, input.Recursive ?? false)) continue;
      const version =
        label === undefined
          ? latestVersion(parameter)
          : parameter.versions.find((one) => one.labels.has(label));
      if (version && filters.every((filter) => matchesFilter(parameter, version, filter)))
        found.push({ parameter, version, ...(label !== undefined && { selector: `:${label}` }) });
    }
    const { items, nextToken } = page(found, {
      key: ({ parameter }) => parameter.name,
      size: input.MaxResults ?? 10,
      token: input.NextToken,
      invalidToken,
    });
    return {
      Parameters: await Promise.all(
        items.map((one) => readParameter(one, input.WithDecryption, context)),
      ),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },
};

function publicNotListed(): AwsError {
  return new AwsError(
    "NotImplemented",
    "The local cloud does not list AWS's public parameters; it answers those of images by name. Nothing was done; see docs/local-cloud.md for what is emulated.",
    { status: 501 },
  );
}
