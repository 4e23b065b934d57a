import type * as pulumi from "@pulumi/pulumi";

/** Instances that process zips, for `worker: "instances"`. */
export interface WorkerInstances {
  /** The VPC of the subnets. */
  vpcId: pulumi.Input<string>;
  /**
   * Subnets of the instances. They need access to AWS and to the packages that they install: a NAT gateway, or public
   * addresses.
   */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Most instances, 1 to 100. Default 4. */
  max?: number;
  /** Zips in the queue for each instance before another one is started, 1 to 1000. Default 5. */
  zipsPerWorker?: number;
  /** Seconds without a zip after which an instance ends itself, 60 to 3600. Default 900. */
  idleTime?: number;
  /** Seconds that the build of a zip may take, 10 to 3600. Default 300. */
  buildTimeout?: number;
  /**
   * An instance type with the image's CPU architecture. A build may use two fifths of its memory, and as much for its
   * files. Default `t4g.small`.
   */
  instanceType?: pulumi.Input<string>;
  /**
   * An image with systemd, bash, curl and the AWS CLI 2; Node.js is installed with dnf if it is missing. Default: the
   * newest Amazon Linux 2023 for arm64.
   */
  imageId?: pulumi.Input<string>;
}
