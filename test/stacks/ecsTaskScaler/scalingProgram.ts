import * as path from "node:path";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeServicesCommand, ECSClient, type Service } from "@aws-sdk/client-ecs";
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { RecordedCall } from "../../../localcloud/core/recorder";
import { type ServiceLoad } from "../../../localcloud/testing";
import { ScalerProgram } from "../../support/programs/scalerProgram";

const DIRECTORY = path.join(__dirname, "../programs/ecsTaskScaler");

/** The fixture program on a cloud whose clock only moves with `advance`. */
export class ScalingProgram extends ScalerProgram {
  protected readonly scaler = "web";

  /** @param past milliseconds after a whole minute at which everything is made */
  static async start(
    variables: Record<string, string> = {},
    past?: number,
  ): Promise<ScalingProgram> {
    const self = new ScalingProgram(await ScalerProgram.startEngine(DIRECTORY));
    if (past !== undefined) {
      await self.toMinute();
      await self.cloud.clock.advance(past);
    }
    await self.up(variables);
    // The tasks start, and each test begins on a full minute.
    await self.minutes(3);
    await self.toMinute();
    return self;
  }
  /** Sets the CPU of every task of the service from now on. */
  load(cpuPercent: ServiceLoad["cpuPercent"]): void {
    const cluster = this.output("clusterName");
    this.cloud.load({ cluster, service: this.output("serviceName"), cpuPercent });
  }

  async service(): Promise<Service> {
    const input = {
      cluster: this.output("clusterName"),
      services: [this.output("serviceName")],
    };
    const { services = [] } = await this.program
      .client(ECSClient)
      .send(new DescribeServicesCommand(input));
    return services[0];
  }

  async desired(): Promise<number | undefined> {
    return (await this.service()).desiredCount;
  }

  async pin(): Promise<string | undefined> {
    const Path = "/scaling/dev/desired-counts";
    const { Parameters = [] } = await this.program
      .client(SSMClient)
      .send(new GetParametersByPathCommand({ Path }));
    return Parameters[0]?.Value;
  }
  async alarm(end: string): Promise<string | undefined> {
    const { MetricAlarms = [] } = await this.program
      .client(CloudWatchClient)
      .send(new DescribeAlarmsCommand({}));
    return MetricAlarms.find(({ AlarmName = "" }) => AlarmName.includes(end))?.StateValue;
  }
  /** Returns the calls of an operation that had an effect. */
  writes(after: number, operation: string): RecordedCall[] {
    return this.calls(after).filter(
      (call) => call.operation === operation && call.outcome === "ok",
    );
  }
}
