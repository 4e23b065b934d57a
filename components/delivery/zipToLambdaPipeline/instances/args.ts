import type * as pulumi from "@pulumi/pulumi";

/** Instances that work on zips, with `worker: "instances"`. */
export interface WorkerInstances {
  /** The VPC of the subnets. */
  vpcId: pulumi.Input<string>;
  /** Where the instances are. They need a way out to AWS and to the packages that they install: a NAT gateway, or public addresses. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Most instances, 1 to 100. Default 4. */
  max?: number;
  /** Zips in the queue for each instance before another one comes, 1 to 1000. Default 5. */
  zipsPerWorker?: number;
  /** Seconds without a zip after which an instance ends, 60 to 3600. Default 900. */
  idleTime?: number;
  /** Seconds that what a zip has to build may take, 10 to 3600. Default 300. */
  buildTimeout?: number;
  /** A type with the processor that the image is for. A build may have two fifths of its memory, and as much for its files. Default `t4g.small`. */
  instanceType?: pulumi.Input<string>;
  /** An image with systemd, bash, curl and the AWS CLI 2; Node.js is installed with dnf where it is not there. Default: the newest Amazon Linux 2023 for arm64. */
  imageId?: pulumi.Input<string>;
}
