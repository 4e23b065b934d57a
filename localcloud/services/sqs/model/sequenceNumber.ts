/** SQS numbers grow but do not follow each other; this is the size and the step of real ones. */
const FIRST = 18_849_496_460_467_696_128n;
const STEP = 256n;

let issued = 0n;

/** The next `SequenceNumber`: 20 digits, larger than every one before. */
export function nextSequenceNumber(): string {
  issued += 1n;
  return String(FIRST + issued * STEP);
}
