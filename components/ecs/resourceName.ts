import * as pulumi from "@pulumi/pulumi";

/** `arn:aws:ecs:...:cluster/demo` -> `demo`, and a name as it is. */
export function nameOf(nameOrArn: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(nameOrArn).apply((text) => text.split("/").at(-1) ?? text);
}
