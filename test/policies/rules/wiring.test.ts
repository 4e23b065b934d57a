import type { PolicyResource } from "../../../policies/rule";
import { wiringRules } from "../../../policies/rules/wiring";
import { describeRules, resource } from "../resource";

type Props = Record<string, unknown>;

const service = (props: Props): PolicyResource => resource("aws:ecs/service:Service", "web", props);
const rule = (props: Props): PolicyResource =>
  resource("aws:cloudwatch/eventRule:EventRule", "nightly", props);
const domain = (props: Props): PolicyResource =>
  resource("aws:apigateway/domainName:DomainName", "api", props);
const certificate = (region: string): string =>
  `arn:aws:acm:${region}:123456789012:certificate/0f1e2d3c`;

describeRules("Wiring", wiringRules, {
  "AwsCallbacks-Rollout": {
    red: [
      {
        graph: [
          service({
            desiredCount: 1,
            deploymentMinimumHealthyPercent: 50,
            deploymentMaximumPercent: 150,
          }),
        ],
        says: "set deploymentMaximumPercent to 200 or more, or deploymentMinimumHealthyPercent to 0 or less",
      },
      {
        graph: [service({ desiredCount: 3, deploymentMaximumPercent: 100 })],
        says: "of 3 tasks 100 % must stay, rounded up to 3, and 100 % may run, rounded down to 3",
      },
      {
        graph: [service({ schedulingStrategy: "DAEMON", deploymentMinimumHealthyPercent: 50 })],
        says: "no task can be stopped or started",
      },
    ],
    green: [
      [service({ desiredCount: 1 })],
      [service({})],
      [service({ schedulingStrategy: "DAEMON" })],
      [
        service({
          desiredCount: 2,
          deploymentMinimumHealthyPercent: 50,
          deploymentMaximumPercent: 100,
        }),
      ],
      [
        service({
          desiredCount: 1,
          deploymentMaximumPercent: 100,
          deploymentController: { type: "CODE_DEPLOY" },
        }),
      ],
    ],
  },
  "AwsCallbacks-Schedule": {
    red: [
      {
        graph: [rule({ scheduleExpression: "cron(0 9 31 2 ? *)" })],
        says: "never",
      },
      { graph: [rule({ scheduleExpression: "cron(0 9 * * * *)" })], says: "?" },
    ],
    green: [
      [rule({ scheduleExpression: "rate(1 minute)" })],
      [rule({ scheduleExpression: "cron(0 9 ? * MON-FRI *)" })],
      [rule({ eventPattern: "{}" })],
    ],
  },
  "AwsCallbacks-CertificateRegion": {
    red: [
      {
        graph: [domain({ certificateArn: certificate("eu-central-1") })],
        says: "an edge-optimized domain takes certificates from us-east-1 only",
      },
      {
        graph: [
          domain({ regionalCertificateArn: certificate("us-east-1"), region: "eu-central-1" }),
        ],
        says: "takes certificates of its own region",
      },
    ],
    green: [
      [domain({ certificateArn: certificate("us-east-1") })],
      [domain({ regionalCertificateArn: certificate("eu-central-1"), region: "eu-central-1" })],
      [domain({ regionalCertificateArn: certificate("eu-central-1") })],
    ],
  },
});
