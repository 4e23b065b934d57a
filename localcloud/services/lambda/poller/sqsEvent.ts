import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function sqsEvent(messages: readonly Message[], queueArn: string, region: string): object {
  return { Records: messages.map((message) => sqsRecord(message, queueArn, region)) };
}

function sqsRecord(message: Message, queueArn: string, region: string): object {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
        name,
        messageAttribute(value),
      ]),
    ),
    // The member is present even if the message has no attributes, as recorded in
    // https://github.com/localstack/localstack/blob/master/tests/aws/services/lambda_/event_source_mapping/test_lambda_integration_sqs.snapshot.json
    md5OfMessageAttributes: message.MD5OfMessageAttributes ?? null,
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

function messageAttribute(value: MessageAttributeValue): object {
  return {
    ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
    ...(value.BinaryValue !== undefined && {
      binaryValue: Buffer.from(value.BinaryValue).toString("base64"),
    }),
    stringListValues: [],
    binaryListValues: [],
    dataType: value.DataType,
  };
}
