import { ApiAccount } from "../../../../components";

export const roleArn = new ApiAccount("api-account").role.arn;
