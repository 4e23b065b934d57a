import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteServiceLinkedRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleDescriptionCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { ACCOUNT, LAMBDA_TRUST, TestAccount, allow, policy, refusal } from "./account";

const RoleName = "AWSServiceRoleForECS";
const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";

describe("IAM service-linked roles", () => {
  let account: TestAccount;
  const create = async (AWSServiceName: string, CustomSuffix?: string): Promise<string> => {
    const { Role: role } = await account.iam.send(
      new CreateServiceLinkedRoleCommand({ AWSServiceName, CustomSuffix }),
    );
    return role?.Arn ?? "";
  };

  beforeEach(async () => {
    account = await TestAccount.start();
  });
  afterEach(() => account.close());

  it("have a known service", async () => {
    expect(await create("ecs.amazonaws.com")).to.equal(
      `arn:aws:iam::${ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    );
    await refusal(create("unheard-of.amazonaws.com"), "InvalidInputException");
  });

  it("have a suffix only if the service allows one", async () => {
    expect(await create("autoscaling.amazonaws.com", "blue")).to.match(/ForAutoScaling_blue$/);
    const error = await refusal(create("ecs.amazonaws.com", "blue"), "InvalidInputException");
    expect(error.message).to.equal("Custom suffix is not allowed for ecs.amazonaws.com");
  });

  it("are deleted by a task", async () => {
    await create("ecs.amazonaws.com");
    const { DeletionTaskId } = await account.iam.send(
      new DeleteServiceLinkedRoleCommand({ RoleName }),
    );
    expect(DeletionTaskId).to.match(
      /^task\/aws-service-role\/ecs\.amazonaws\.com\/AWSServiceRoleForECS\/[\da-f-]{36}$/,
    );
    const { Status } = await account.iam.send(
      new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }),
    );
    expect(Status).to.equal("SUCCEEDED");
    await refusal(account.iam.send(new GetRoleCommand({ RoleName })), "NoSuchEntityException");
  });

  it("are the only roles that such a task deletes", async () => {
    const role = { RoleName: "mine", AssumeRolePolicyDocument: LAMBDA_TRUST };
    await account.iam.send(new CreateRoleCommand(role));
    const call = account.iam.send(new DeleteServiceLinkedRoleCommand({ RoleName: "mine" }));
    await refusal(call, "NoSuchEntityException");
    await account.iam.send(new GetRoleCommand({ RoleName: "mine" }));
  });

  it("are changed by AWS alone", async () => {
    await create("ecs.amazonaws.com");
    const inline = { RoleName, PolicyName: "p" };
    const PolicyDocument = policy(allow("s3:*"));
    const calls = [
      account.iam.send(new DeleteRoleCommand({ RoleName })),
      account.iam.send(new PutRolePolicyCommand({ ...inline, PolicyDocument })),
      account.iam.send(new DeleteRolePolicyCommand(inline)),
      account.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })),
      account.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
      account.iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: LAMBDA_TRUST }),
      ),
      account.iam.send(
        new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: PolicyArn }),
      ),
    ];
    for (const call of calls)
      expect((await refusal(call, "UnmodifiableEntityException")).message).to.equal(
        `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`,
      );
    const { PolicyNames } = await account.iam.send(new ListRolePoliciesCommand({ RoleName }));
    expect(PolicyNames).to.deep.equal([]);
  });

  it("can be described by their account", async () => {
    await create("ecs.amazonaws.com");
    const { Role: role } = await account.iam.send(
      new UpdateRoleDescriptionCommand({ RoleName, Description: "runs tasks" }),
    );
    expect(role?.Description).to.equal("runs tasks");
  });
});
