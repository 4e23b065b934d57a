/** An action that IAM cannot limit to a resource, and the condition that limits it instead, where one exists. */
interface ActionWithoutResourceLevel {
  /** A condition key that a statement must use in place of a resource. */
  condition?: string;
}

/**
 * The actions for which `"*"` is the only resource that has an effect: their row of the Service
 * Authorization Reference names no resource type, or one that the call does not carry.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const ACTIONS_WITHOUT_RESOURCE_LEVEL: Readonly<Record<string, ActionWithoutResourceLevel>> =
  {
    // list_awsapplicationautoscaling.html
    "application-autoscaling:DescribeScalableTargets": {},
    "application-autoscaling:DescribeScalingPolicies": {},
    // list_amazonec2autoscaling.html
    "autoscaling:DescribeAutoScalingGroups": {},
    "autoscaling:DescribeAutoScalingInstances": {},
    "autoscaling:DescribeLifecycleHooks": {},
    // list_amazoncloudwatch.html: metrics are no resources; PutMetricData is limited by namespace
    "cloudwatch:GetMetricData": {},
    "cloudwatch:GetMetricStatistics": {},
    "cloudwatch:ListMetrics": {},
    "cloudwatch:PutMetricData": { condition: "cloudwatch:namespace" },
    // list_amazonec2.html: no Describe action below has a resource type
    "ec2:DescribeAvailabilityZones": {},
    "ec2:DescribeImages": {},
    "ec2:DescribeInstanceStatus": {},
    "ec2:DescribeInstanceTypes": {},
    "ec2:DescribeInstances": {},
    "ec2:DescribeLaunchTemplates": {},
    "ec2:DescribeNetworkInterfaces": {},
    "ec2:DescribeSecurityGroups": {},
    "ec2:DescribeSpotFleetRequests": {},
    "ec2:DescribeSubnets": {},
    "ec2:DescribeTags": {},
    "ec2:DescribeVpcs": {},
    // list_amazonelasticcontainerregistry.html: the token is the account's
    "ecr:GetAuthorizationToken": {},
    // list_amazonelasticcontainerservice.html: task definitions are described and deregistered by family, lists
    // are limited by cluster (RegisterTaskDefinition does have a resource level)
    "ecs:DeregisterTaskDefinition": {},
    "ecs:DescribeTaskDefinition": {},
    "ecs:ListClusters": {},
    "ecs:ListServices": { condition: "ecs:cluster" },
    "ecs:ListTaskDefinitionFamilies": {},
    "ecs:ListTaskDefinitions": {},
    "ecs:ListTasks": { condition: "ecs:cluster" },
    // list_awselasticloadbalancingv2.html
    "elasticloadbalancing:DescribeLoadBalancers": {},
    "elasticloadbalancing:DescribeTargetGroups": {},
    "elasticloadbalancing:DescribeTargetHealth": {},
    // list_amazoneventbridge.html: the target that is asked for may be anything
    "events:ListRuleNamesByTarget": {},
    // list_awslambda.html
    "lambda:GetAccountSettings": {},
    "lambda:ListEventSourceMappings": {},
    "lambda:ListFunctions": {},
    // list_awssystemsmanager.html: an invocation is no resource
    "ssm:DescribeInstanceInformation": {},
    "ssm:GetCommandInvocation": {},
    "ssm:ListCommandInvocations": {},
    // list_amazonresourcegrouptaggingapi.html
    "tag:GetResources": {},
    // list_awsx-ray.html
    "xray:PutTelemetryRecords": {},
    "xray:PutTraceSegments": {},
  };
