import * as pulumi from "@pulumi/pulumi";

/** `arn:aws:ecs:...:cluster/demo` -> `demo`; a name stays unchanged. */
export function nameOf(nameOrArn: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(nameOrArn).apply((text) => text.split("/").at(-1) ?? text);
}
