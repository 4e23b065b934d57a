import { EventEmitter } from "node:events";
import type { Principal } from "./principal";
import type { RecordedCall } from "./recorder";

/** Events inside the cloud, for the command line, the console and tests. */
export interface CloudEventMap {
  /** A line that arrived in a log stream. */
  log: [
    { logGroup: string; logStream: string; timestamp: number; message: string; region: string },
  ];
  /** A message from a service itself, such as a line of an ECS service's event log. */
  serviceMessage: [{ source: string; timestamp: number; message: string }];
  /** The state of an EC2 instance changed, e.g. to `running`. */
  instanceState: [{ region: string; instanceId: string; state: string; machine: Machine }];
  /** A call that a service answered or refused. */
  call: [RecordedCall];
  /** A fault rule requires that the worker which makes a call is killed; the code that runs the worker kills it. */
  killWorker: [Principal];
}

/** Properties of an EC2 instance, for services with an agent on it. */
export interface Machine {
  readonly type: string;
  readonly zone: string;
  /** As in the launch request, in base64. */
  readonly userData?: string;
  /** Undefined for a type that this cloud does not know. */
  readonly size?: {
    readonly cpus: number;
    readonly memoryMib: number;
    readonly interfaces: number;
  };
}

export type CloudEvents = EventEmitter<CloudEventMap>;

export function createEvents(): CloudEvents {
  const events = new EventEmitter<CloudEventMap>();
  events.setMaxListeners(0);
  return events;
}
