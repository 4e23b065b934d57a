import type { PolicyResource } from "../../../policies/rule";
import { ec2Rules } from "../../../policies/rules/ec2";
import { describeRules, resource } from "../resource";

type Props = Record<string, unknown>;

const group = (props: Props): PolicyResource =>
  resource("aws:ec2/securityGroup:SecurityGroup", "group", { description: "Web", ...props });
const rule = (props: Props): PolicyResource =>
  resource("aws:ec2/securityGroupRule:SecurityGroupRule", "rule", {
    type: "ingress",
    description: "Web",
    ...props,
  });
const ingressRule = (props: Props): PolicyResource =>
  resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "rule", props);
const instance = (props: Props): PolicyResource =>
  resource("aws:ec2/instance:Instance", "instance", props);
const template = (props: Props): PolicyResource =>
  resource("aws:ec2/launchTemplate:LaunchTemplate", "template", props);
const scaling = (props: Props): PolicyResource =>
  resource("aws:autoscaling/group:Group", "scaling", props);
const subnet = (props: Props): PolicyResource => resource("aws:ec2/subnet:Subnet", "subnet", props);
const volume = (props: Props): PolicyResource => resource("aws:ebs/volume:Volume", "volume", props);
const metadata = (options: Props): PolicyResource => template({ metadataOptions: options });
const mapping = (ebs?: Props): PolicyResource =>
  template({ blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs }] });
const script = (text: string): string => Buffer.from(`#!/bin/sh\n${text}\n`).toString("base64");

const ssh = { fromPort: 22, toPort: 22, description: "SSH" };

describeRules("EC2 and Auto Scaling", ec2Rules, {
  "AwsSolutions-EC23": {
    red: [
      {
        graph: [group({ ingress: [{ ...ssh, cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"] }] })],
        says: "port 22",
      },
      { graph: [group({ ingress: [{ ...ssh, ipv6CidrBlocks: ["::/0"] }] })], says: "port 22" },
      { graph: [rule({ fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] })], says: "every port" },
      {
        graph: [ingressRule({ cidrIpv4: "0.0.0.0/0", fromPort: 80, toPort: 90 })],
        says: "ports 80 to 90",
      },
      { graph: [ingressRule({ cidrIpv6: "::/0" })], says: "every port" },
    ],
    green: [
      [group({ ingress: [{ ...ssh, cidrBlocks: ["10.0.0.0/8"] }] })],
      [group({ egress: [{ cidrBlocks: ["0.0.0.0/0"] }] })],
      [rule({ type: "egress", cidrBlocks: ["0.0.0.0/0"] })],
      [rule({ sourceSecurityGroupId: "sg-1" })],
    ],
  },
  "AwsSolutions-EC27": {
    red: [
      { graph: [group({ description: undefined })], says: "no description" },
      { graph: [group({ description: "Managed by Pulumi" })], says: "no description" },
      {
        graph: [group({ ingress: [{ ...ssh, description: "" }] })],
        says: "no description of port 22",
      },
      { graph: [ingressRule({})], says: "no description" },
    ],
    green: [[group({ ingress: [ssh] })], [rule({})]],
  },
  CKV2_AWS_5: {
    red: [
      { graph: [group({})], says: "nothing of this stack uses it" },
      {
        graph: [
          group({}),
          resource(
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "r",
            {},
            { securityGroupId: "group" },
          ),
        ],
        says: "nothing of this stack uses it",
      },
    ],
    green: [
      [group({}), resource("aws:ecs/service:Service", "s", {}, { networkConfiguration: "group" })],
    ],
  },
  "AwsSolutions-EC26": {
    red: [
      { graph: [volume({})], says: "it is not encrypted" },
      { graph: [instance({})], says: "the root disk is not encrypted" },
      {
        graph: [
          instance({
            rootBlockDevice: { encrypted: true },
            ebsBlockDevices: [{ deviceName: "/dev/sdb", encrypted: false }],
          }),
        ],
        says: "/dev/sdb is not encrypted",
      },
      { graph: [mapping({ volumeSize: 8 })], says: "/dev/xvda is not encrypted" },
    ],
    green: [
      [volume({ encrypted: true })],
      [instance({ rootBlockDevice: { encrypted: true } })],
      [mapping({ encrypted: "true" })],
      [mapping()],
    ],
  },
  "AwsSolutions-AS2": {
    red: [
      { graph: [scaling({})], says: "no healthCheckType" },
      { graph: [scaling({ healthCheckType: "ELB" })], says: "no healthCheckGracePeriod" },
    ],
    green: [
      [scaling({ healthCheckType: "EC2" })],
      [scaling({ healthCheckType: "ELB", healthCheckGracePeriod: 60 })],
    ],
  },
  CKV_AWS_315: {
    red: [{ graph: [scaling({ launchConfiguration: "lc" })], says: "no launchTemplate" }],
    green: [[scaling({ launchTemplate: { id: "lt-1" } })], [scaling({ mixedInstancesPolicy: {} })]],
  },
  CKV_AWS_46: {
    red: [
      { graph: [instance({ userData: "export DB_PASSWORD=hunter2" })], says: "holds a credential" },
      {
        graph: [template({ userData: script("aws_key AKIAIOSFODNN7EXAMPLE") })],
        says: "credential",
      },
      { graph: [instance({ userDataBase64: script("DB_PASSWORD=hunter2") })], says: "credential" },
    ],
    green: [
      [instance({ userData: "yum install -y httpd" })],
      [template({ userData: script('DB_PASSWORD="$(aws ssm get-parameter)"') })],
      [instance({})],
    ],
  },
  CKV_AWS_79: {
    red: [
      { graph: [metadata({})], says: "IMDSv1 is allowed" },
      { graph: [instance({ metadataOptions: { httpTokens: "optional" } })], says: "IMDSv1" },
      { graph: [metadata({ httpEndpoint: "enabled" })], says: "IMDSv1" },
    ],
    green: [
      [metadata({ httpTokens: "required" })],
      [metadata({ httpEndpoint: "disabled" })],
      [instance({ metadataOptions: { httpEndpoint: "disabled", httpTokens: "optional" } })],
    ],
  },
  CKV_AWS_341: {
    red: [{ graph: [metadata({ httpPutResponseHopLimit: 2 })], says: "2 hops" }],
    green: [
      [metadata({ httpPutResponseHopLimit: 1 })],
      [metadata({})],
      [metadata({ httpPutResponseHopLimit: 2, httpEndpoint: "disabled" })],
    ],
  },
  CKV_AWS_88: {
    red: [
      { graph: [instance({ associatePublicIpAddress: true })], says: "public address" },
      {
        graph: [template({ networkInterfaces: [{ associatePublicIpAddress: "true" }] })],
        says: "public address",
      },
    ],
    green: [[instance({})], [template({ networkInterfaces: [{}] })]],
  },
  CKV_AWS_130: {
    red: [{ graph: [subnet({ mapPublicIpOnLaunch: true })], says: "mapPublicIpOnLaunch" }],
    green: [[subnet({})]],
  },
  CKV2_AWS_41: {
    red: [{ graph: [instance({})], says: "no iamInstanceProfile" }],
    green: [[instance({ iamInstanceProfile: "profile" })]],
  },
});
