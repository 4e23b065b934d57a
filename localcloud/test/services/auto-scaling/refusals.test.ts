import {
  PutLifecycleHookCommand,
  PutWarmPoolCommand,
  StartInstanceRefreshCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { expectAwsError } from "../../support/expectAwsError";
import { GroupsCloud, NAME } from "./groupsCloud";

describe("Auto Scaling refuses", () => {
  let c: GroupsCloud;
  before(async () => {
    c = await GroupsCloud.start();
    await c.create();
  });
  after(() => c.stop());

  const hook = (more: object) =>
    c.client.send(
      new PutLifecycleHookCommand({
        ...NAME,
        LifecycleHookName: "hook",
        LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
        ...more,
      }),
    );

  // The limits are in https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html and its siblings.
  const wrong: readonly [what: string, call: () => Promise<unknown>, message: RegExp][] = [
    [
      "a name of a group that is too long",
      () => c.create({ AutoScalingGroupName: "g".repeat(256) }),
      /at 'autoScalingGroupName' failed .* length less than or equal to 255$/,
    ],
    [
      "a tag whose key is too long",
      () => c.create({ AutoScalingGroupName: "other", Tags: [{ Key: "k".repeat(129) }] }),
      /at 'tags.1.member.key' failed .* length less than or equal to 128$/,
    ],
    [
      "a name of a hook with a space",
      () => hook({ LifecycleHookName: "a b" }),
      /at 'lifecycleHookName' failed .* regular expression pattern/,
    ],
    [
      "metadata of a hook that is too long",
      () => hook({ NotificationMetadata: "x".repeat(4001) }),
      /at 'notificationMetadata' failed .* length less than or equal to 4000$/,
    ],
    [
      "a negative warm-up of a refresh",
      () =>
        c.client.send(
          new StartInstanceRefreshCommand({ ...NAME, Preferences: { InstanceWarmup: -1 } }),
        ),
      /at 'preferences.instanceWarmup' failed .* greater than or equal to 0$/,
    ],
    [
      "a negative size of a warm pool",
      () => c.client.send(new PutWarmPoolCommand({ ...NAME, MinSize: -1 })),
      /at 'minSize' failed .* greater than or equal to 0$/,
    ],
  ];
  for (const [what, call, message] of wrong)
    it(what, () => expectAwsError(call(), "ValidationError", message));

  it("no empty metadata of a hook, which removes it", () => hook({ NotificationMetadata: "" }));

  it("launch templates and versions that do not exist", async () => {
    const update = (more: object) =>
      c.client.send(
        new UpdateAutoScalingGroupCommand({
          ...NAME,
          LaunchTemplate: { LaunchTemplateName: "web", ...more },
        }),
      );
    await update({ Version: "1" });
    await update({ Version: "$Latest" });
    for (const LaunchTemplate of [
      { LaunchTemplateName: "web", Version: "9" },
      { LaunchTemplateName: "nope" },
    ]) {
      const message = /^You must use a valid fully-formed launch template\. /;
      await expectAwsError(update(LaunchTemplate), "ValidationError", message);
      const AutoScalingGroupName = "other";
      await expectAwsError(
        c.create({ AutoScalingGroupName, LaunchTemplate }),
        "ValidationError",
        message,
      );
    }
  });
});
