import { Retries } from "../../core/retries";
import { api } from "./api";
import { links } from "./linkRoute";
import { publish, publishBatch } from "./publish";
import { saving } from "./saving";
import { subscriptions } from "./subscriptions";
import { topics } from "./topics";

/**
 * Amazon SNS. Not supported: mobile push, Firehose, data protection, archives. Email and SMS are accepted but not
 * sent.
 */
export const sns = api.service({
  createStore: (scope) => ({
    scope,
    topics: new Map(),
    subscriptions: new Map(),
    retries: new Retries(scope.clock),
  }),
  saving,
  entities: [topics, subscriptions],
  operations: { Publish: publish, PublishBatch: publishBatch },
  routes: [links],
});
