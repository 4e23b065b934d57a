/**
 * Why a callback cannot be deployed, as the end of a sentence that starts with "callback"; packCallback turns it into
 * an error of the resource.
 */
export class CaptureError extends Error {}
