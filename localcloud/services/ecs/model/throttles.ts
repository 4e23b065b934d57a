import type { ThrottleBucket } from "../../../core/throttle";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.md */
export const throttles: readonly ThrottleBucket[] = [
  {
    operations: ["RegisterTaskDefinition", "DeregisterTaskDefinition"],
    burst: 20,
    refillPerSecond: 1,
  },
  {
    operations: ["DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"],
    burst: 50,
    refillPerSecond: 20,
  },
  { operations: ["DescribeServices", "ListServices"], burst: 100, refillPerSecond: 20 },
  { operations: ["CreateService", "UpdateService"], burst: 50, refillPerSecond: 5 },
  { operations: ["DescribeClusters", "ListClusters"], burst: 50, refillPerSecond: 20 },
];
