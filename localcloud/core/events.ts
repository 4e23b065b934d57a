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
  instanceState: [{ region: string; instanceId: string; state: string }];
  /** A call that a service answered or refused. */
  call: [RecordedCall];
  /** A fault rule wants the worker that makes a call to die; whoever runs it obeys. */
  killWorker: [Principal];
}

export type CloudEvents = EventEmitter<CloudEventMap>;

export function createEvents(): CloudEvents {
  const events = new EventEmitter<CloudEventMap>();
  events.setMaxListeners(0);
  return events;
}
