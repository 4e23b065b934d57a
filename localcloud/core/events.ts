import { EventEmitter } from "node:events";
import type { Principal } from "./principal";
import type { RecordedCall } from "./recorder";

/** What happens inside the cloud, for those who follow it: the command line, the console, tests. */
export interface CloudEventMap {
  /** A line that arrived in a log stream. */
  log: [
    { logGroup: string; logStream: string; timestamp: number; message: string; region: string },
  ];
  /** What a service says of its own accord, such as a line of an ECS service's event log. */
  serviceMessage: [{ source: string; timestamp: number; message: string }];
  /** An EC2 instance came to another state, e.g. `running`. */
  instanceState: [{ region: string; instanceId: string; state: string; machine: Machine }];
  /** A call that a service answered or refused. */
  call: [RecordedCall];
  /** A fault rule wants the worker that makes a call to die; whoever runs it obeys. */
  killWorker: [Principal];
}

/** What an EC2 instance is, for services that have an agent on it. */
export interface Machine {
  readonly type: string;
  readonly zone: string;
  /** As the launch gave it, in base64. */
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
