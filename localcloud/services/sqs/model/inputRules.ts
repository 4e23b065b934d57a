import type { InputRules, InputViolation } from "../../../codec/checkInput";
import { without, type Constraints } from "../../../codec/model/constraints";
import { constraints } from "../../../constraints/sqs";
import type { AwsError } from "../../../core/errors";
import { unknownAttribute } from "./errors";

/** Returns the model's constraints, which are all of names of attributes. */
export function inputRules(): InputRules {
  return { table: table(), refuse: unknownName };
}

function table(): Constraints {
  // An entry of a batch fails alone, in words of its own.
  const model = without(constraints(), "SendMessageRequest", "SendMessageBatchRequestEntry");
  const { AttributeNames, MessageSystemAttributeNames } = model.ReceiveMessageRequest;
  // The model has the attributes of a queue for those of a message: https://github.com/aws/aws-sdk/issues/56
  const names = [AttributeNames, MessageSystemAttributeNames].flatMap(
    ({ items }) => items?.enum ?? [],
  );
  return {
    ...model,
    ReceiveMessageRequest: {
      AttributeNames: { items: { enum: names } },
      MessageSystemAttributeNames,
    },
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
function unknownName({ missing, wrongParts = [] }: InputViolation): AwsError | undefined {
  return missing ? undefined : unknownAttribute(String(wrongParts[0]));
}
