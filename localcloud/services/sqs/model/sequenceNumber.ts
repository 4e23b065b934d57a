/** SQS's sequence numbers increase but are not consecutive; these are the size and the step of real ones. */
const FIRST = 18_849_496_460_467_696_128n;
const STEP = 256n;

let issued = 0n;

/** Returns the next `SequenceNumber`: 20 digits, larger than all previous ones. */
export function nextSequenceNumber(): string {
  issued += 1n;
  return String(FIRST + issued * STEP);
}
