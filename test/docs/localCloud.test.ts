import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { invokeTokens } from "../../localcloud/provider/invokes";
import { resourceTokens } from "../../localcloud/provider/resources";
import { services } from "../../localcloud/services";

const PAGE = readFileSync(path.join(__dirname, "../../docs/local-cloud.md"), "utf8");
const README = readFileSync(path.join(__dirname, "../../README.md"), "utf8");

/** Names of services on the page; a new service needs a row. */
const NAMES: Readonly<Record<string, string>> = {
  "api-gateway": "API Gateway (REST)",
  "application-auto-scaling": "Application Auto Scaling",
  "auto-scaling": "Auto Scaling",
  cloudwatch: "CloudWatch",
  "cloudwatch-logs": "CloudWatch Logs",
  dynamodb: "DynamoDB",
  ec2: "EC2",
  "ec2-instance-connect": "EC2 Instance Connect",
  ecs: "ECS",
  eventbridge: "EventBridge",
  iam: "IAM",
  kms: "KMS",
  lambda: "Lambda",
  s3: "S3",
  scheduler: "EventBridge Scheduler",
  "secrets-manager": "Secrets Manager",
  sns: "SNS",
  sqs: "SQS",
  ssm: "SSM",
  sts: "STS",
};

/** Returns the part of the page between two marks, without the spaces that pad a table. */
function marked(name: string): string {
  const [, part] = new RegExp(`<!-- ${name} -->([^]*)<!-- /${name} -->`).exec(PAGE) ?? [];
  return (part ?? "").replace(/ +\|/g, " |").replace(/-{3,}/g, "---").trim();
}

/** `aws:sqs/queuePolicy:QueuePolicy` -> `sqs` and `QueuePolicy` */
function parts(token: string): [module: string, name: string] {
  const [, module, name = ""] = token.split(/[:/]/);
  return [module, token.split(":").at(-1) ?? name];
}

describe("docs/local-cloud.md", () => {
  it("has a row for each service, and the README names it", () => {
    for (const { name } of services) {
      const shown = NAMES[name];
      expect(PAGE, name).to.match(
        new RegExp(`^\\| ${shown.replace(/[()]/g, "\\$&")} +\\| \\S`, "m"),
      );
      // The README does not name EC2's parts separately.
      expect(README, name).to.include(shown.replace(/ \(REST\)| Instance Connect/, ""));
    }
    const rows = /## Supported services\n\n(?:\|.*\n){2}((?:\|.*\n)+)/.exec(PAGE)?.[1] ?? "";
    expect(rows.trim().split("\n")).to.have.length(services.length);
  });

  it("lists exactly the resource types that the provider has", () => {
    const byModule = new Map<string, string[]>();
    for (const [module, name] of resourceTokens().map(parts))
      byModule.set(module, [...(byModule.get(module) ?? []), `\`${name}\``]);
    const rows = [...byModule].map(
      ([module, names]) => `| \`aws.${module}\` | ${names.join(", ")} |`,
    );
    const table = ["| module | types |", "| --- | --- |", ...rows].join("\n");
    expect(marked("types"), `paste this table:\n${table}`).to.equal(table);
  });

  it("lists exactly the functions that the provider implements", () => {
    const names = invokeTokens().map((token) => {
      const [module, name] = parts(token);
      return `\`aws.${module === "index" ? "" : `${module}.`}${name}\``;
    });
    const list = names.join(", ");
    expect(marked("functions"), `paste this list:\n${list}`).to.equal(list);
  });
});
