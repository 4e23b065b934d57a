import type {
  DescribeTimeToLiveCommandInput,
  DescribeTimeToLiveOutput,
  UpdateTimeToLiveCommandInput,
  UpdateTimeToLiveOutput,
} from "@aws-sdk/client-dynamodb";
import { required } from "../../../core/constraint";
import { validationException } from "../model/errors";
import { onTable } from "../model/tableAccess";

export const describeTimeToLive = onTable(
  "DescribeTimeToLive",
  ({ TableName }: DescribeTimeToLiveCommandInput, { store }): DescribeTimeToLiveOutput => {
    const { timeToLive } = store.described(TableName);
    return {
      TimeToLiveDescription:
        timeToLive === undefined
          ? { TimeToLiveStatus: "DISABLED" }
          : { TimeToLiveStatus: "ENABLED", AttributeName: timeToLive },
    };
  },
);

/** Takes effect immediately; AWS takes up to an hour and refuses another change in that time. */
export const updateTimeToLive = onTable(
  "UpdateTimeToLive",
  (
    { TableName, TimeToLiveSpecification }: UpdateTimeToLiveCommandInput,
    { store },
  ): UpdateTimeToLiveOutput => {
    const table = store.described(TableName);
    const specification = required(TimeToLiveSpecification, "timeToLiveSpecification");
    const attribute = required(
      specification.AttributeName,
      "timeToLiveSpecification.attributeName",
    );
    if (!specification.Enabled && table.timeToLive === undefined)
      throw validationException("TimeToLive is already disabled");
    if (table.timeToLive !== undefined && table.timeToLive !== attribute)
      throw validationException(
        `TimeToLive is active on a different AttributeName: current AttributeName is ${table.timeToLive}`,
      );
    if (specification.Enabled && table.timeToLive !== undefined)
      throw validationException("TimeToLive is already enabled");
    table.timeToLive = specification.Enabled ? attribute : undefined;
    if (table.timeToLive !== undefined) store.startSweeping();
    return { TimeToLiveSpecification: specification };
  },
);
