import { AwsError } from "../../../core/errors";
import type { Operation, ServiceDefinition } from "../../../core/service";

/** Replaces Lambda and SNS: stores the calls, and fails while `failWith` is set. */
export class RecordingTarget {
  readonly inputs: Record<string, unknown>[] = [];
  failWith: string | undefined;

  service(name: string, operation: string, sdk: object): ServiceDefinition<undefined> {
    const receive: Operation<undefined, Record<string, unknown>, object> = {
      access: () => [],
      run: (input) => {
        if (this.failWith !== undefined) throw new AwsError(this.failWith, "as the test requests");
        this.inputs.push(input);
        return {};
      },
    };
    return {
      name,
      signingName: name,
      iamPrefix: name,
      sdk: () => sdk,
      createStore: () => undefined,
      operations: { [operation]: receive },
    };
  }

  events(): Record<string, unknown>[] {
    return this.inputs.map((input) => {
      const text = input.Message ?? Buffer.from(input.Payload as Uint8Array).toString();
      return JSON.parse(String(text)) as Record<string, unknown>;
    });
  }
}
