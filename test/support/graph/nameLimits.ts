/**
 * Most characters of a name that Pulumi makes from a resource's own, by type, where AWS allows fewer than 100.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html (Name)
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html (Name)
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html (QueueName)
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export const NAME_LIMITS: Readonly<Record<string, number>> = {
  "aws:cloudwatch/eventRule:EventRule": 64,
  "aws:iam/role:Role": 64,
  "aws:lambda/function:Function": 64,
  "aws:s3/bucket:Bucket": 63,
  "aws:scheduler/schedule:Schedule": 64,
  // Without `.fifo`, which is appended.
  "aws:sqs/queue:Queue": 75,
};
