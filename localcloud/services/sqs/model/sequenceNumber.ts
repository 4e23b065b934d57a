/** SQS's sequence numbers increase but are not consecutive; these are the size and the step of real ones. */
const FIRST = 18_849_496_460_467_696_128n;
const STEP = 256n;

/** Returns the `SequenceNumber` after `issued` others: 20 digits, larger than all previous ones. */
export function sequenceNumber(issued: bigint): string {
  return String(FIRST + issued * STEP);
}
