import { expect } from "chai";
import { ProjectError } from "../../engine/project/projectError";
import { checkRegion } from "../../engine/project/region";

describe("The region of a stack", () => {
  for (const region of [
    "us-east-1",
    "eu-central-2",
    "ap-southeast-9",
    "us-gov-west-1",
    "xx-newplace-1",
  ])
    it(`can be ${region}`, () => checkRegion(region, "Pulumi.dev.yaml"));

  const misspelt: [region: string, message: string][] = [
    ["us-est-1", "aws:region 'us-est-1' is not an AWS region; did you mean 'us-east-1'?"],
    ["eu-centarl-1", "did you mean 'eu-central-1'?"],
    ["us-east1", "did you mean 'us-east-1'?"],
    ["us-east", "did you mean 'us-east-1'?"],
    ["Frankfurt", "'Frankfurt' is not an AWS region; write one such as us-east-1."],
  ];
  for (const [region, message] of misspelt)
    it(`is refused as ${region}`, () => {
      expect(() => checkRegion(region, "Pulumi.dev.yaml")).to.throw(ProjectError, message);
    });
});
