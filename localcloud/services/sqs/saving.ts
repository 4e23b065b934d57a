import { made, type StoreSaving } from "../../core/saving/storeSaving";
import { FifoBacklog, StandardBacklog } from "./model/backlog";
import { Deadlines } from "./model/deadlines";
import { Recent } from "./model/deduplication";
import { MoveTask } from "./model/moveTask";
import { Queue } from "./model/queue";
import { QueueEncryption } from "./model/queueEncryption";
import { QueueSettings } from "./model/queueSettings";
import { QueueTally } from "./model/queueTally";
import { Receiver } from "./model/receiver";
import { StoredMessages } from "./model/storedMessages";
import type { SqsStore } from "./store";

/** Messages in flight are received again after their visibility timeout, as if their receiver had failed. */
export const saving: StoreSaving<SqsStore> = {
  transient: ["polls", "reports"],
  parts: [
    Deadlines,
    FifoBacklog,
    QueueEncryption,
    QueueTally,
    Receiver,
    Recent,
    StandardBacklog,
    StoredMessages,
  ],
  values: [QueueSettings],
  made: [
    made(Queue, (field, store) => new Queue(field("name"), field("arn"), field("settings"), store)),
    made(MoveTask, (field, store) => new MoveTask(field("options"), store)),
  ],
  resume(store) {
    for (const queue of store.queues.values()) queue.settingsChanged();
    for (const task of store.moveTasks) task.begin();
    if (store.queues.size > 0) store.used();
  },
};
