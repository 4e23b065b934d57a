import { isDeepStrictEqual } from "node:util";
import { formatArn, parseArn } from "../../core/arn";
import { AwsError } from "../../core/errors";
import { pageOf } from "../../entities/paging";
import { readTags } from "../../entities/tags";
import { api, inAttributes, invalidParameter } from "./api";
import { TopicEncryption } from "./encryption";
import { TopicOrder } from "./fifo";
import { addPermission, policyOf, removePermission } from "./policy";
import { effectiveDeliveryPolicy, TopicSettings } from "./settings";
import type { SnsStore, Subscription, Topic } from "./store";
import { subscribe, summary } from "./subscribe";

const notFound = (): AwsError =>
  new AwsError("ResourceNotFoundException", "Resource does not exist");

export const topics = api.entity<Topic>({
  all: (store) => store.topics,
  key(reference, { region, accountId }) {
    const arn = parseArn(reference);
    const here = arn?.region === region && arn.accountId === accountId;
    return arn && here ? arn.resource : reference;
  },
  arn: (name, place) => (name.startsWith("arn:") ? name : formatArn("sns", place, name)),
  check(arn) {
    if (parseArn(arn)?.service !== "sns")
      throw invalidParameter(
        `TopicArn Reason: An ARN must have at least 6 elements, not ${arn.split(":").length}`,
      );
  },
  notFound: () => new AwsError("NotFoundException", "Topic does not exist"),
  tags: (topic) => topic.tags,
  policy: policyOf,
  operations: {
    CreateTopic: {
      names: "Name",
      also: ({ Tags }) => (Tags?.length ? ["TagResource"] : []),
      does(input, { store, ...place }) {
        const { Name, Attributes: given = {} } = input;
        checkName(Name, given.FifoTopic === "true");
        const tags = readTags(input, api.model("CreateTopic").input, api);
        const settings = inAttributes(() => new TopicSettings(given));
        const known = store.topics.get(Name);
        if (known?.settings.difference(given) !== undefined) throw exists("attributes");
        if (known && tags.size > 0 && !isDeepStrictEqual(known.tags, tags)) throw exists("tags");
        const arn = formatArn("sns", place, Name);
        const order = given.FifoTopic === "true" ? new TopicOrder() : undefined;
        const encryption = new TopicEncryption(arn);
        if (!known) store.topics.set(Name, { name: Name, arn, settings, tags, encryption, order });
        return { TopicArn: arn };
      },
    },
    GetTopicAttributes: {
      on: "TopicArn",
      run(topic, _input, { accountId, store }) {
        const all = subscriptionsOf(topic, store);
        const pending = all.filter(({ token }) => token !== undefined).length;
        return {
          Attributes: {
            DisplayName: "",
            ...Object.fromEntries(topic.settings.entries()),
            Policy: JSON.stringify(policyOf(topic)),
            EffectiveDeliveryPolicy: JSON.stringify(
              effectiveDeliveryPolicy(topic.settings.get("DeliveryPolicy")),
            ),
            TopicArn: topic.arn,
            Owner: accountId,
            SubscriptionsConfirmed: String(all.length - pending),
            SubscriptionsPending: String(pending),
            SubscriptionsDeleted: "0",
          },
        };
      },
    },
    SetTopicAttributes: {
      on: "TopicArn",
      run(topic, { AttributeName: name, AttributeValue = "" }) {
        if (name === "FifoTopic") throw invalidParameter("AttributeName");
        topic.settings.update({ [name]: AttributeValue });
      },
    },
    ListTopics: { lists: "Topics", max: 100, view: ({ arn }) => ({ TopicArn: arn }) },
    DeleteTopic: {
      // Deleting a topic that does not exist succeeds.
      names: "TopicArn",
      does({ TopicArn }, context) {
        const topic = topics.find(TopicArn, context);
        if (!topic) return;
        context.store.topics.delete(topic.name);
        for (const { arn } of subscriptionsOf(topic, context.store))
          context.store.subscriptions.delete(arn);
      },
    },
    Subscribe: {
      on: "TopicArn",
      conditions: ({ Protocol, Endpoint = "" }) => ({
        "sns:Protocol": Protocol,
        "sns:Endpoint": Endpoint,
      }),
      run: subscribe,
    },
    ListSubscriptionsByTopic: {
      on: "TopicArn",
      run(topic, input, { store, accountId }) {
        const { items, next } = pageOf(api.model("ListSubscriptionsByTopic"), input, {
          items: subscriptionsOf(topic, store),
          key: ({ arn }) => arn,
          max: 100,
          invalidToken: api.errors.invalidToken,
        });
        return { Subscriptions: items.map((one) => summary(one, accountId)), ...next };
      },
    },
    AddPermission: { on: "TopicArn", run: addPermission },
    RemovePermission: { on: "TopicArn", run: (topic, { Label }) => removePermission(topic, Label) },
    TagResource: { tags: "ResourceArn", notFound },
    UntagResource: { untags: "ResourceArn", notFound },
    ListTagsForResource: { listsTags: "ResourceArn", notFound },
  },
});

function subscriptionsOf({ arn }: Topic, { subscriptions }: SnsStore): Subscription[] {
  return [...subscriptions.values()].filter(({ topicArn }) => topicArn === arn);
}

/** https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
function checkName(name: string, fifo: boolean): void {
  if (fifo && !name.endsWith(".fifo"))
    throw invalidParameter(
      "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.",
    );
  if (!(fifo ? /^[\w-]{1,251}\.fifo$/ : /^[\w-]{1,256}$/).test(name))
    throw invalidParameter("Topic Name");
}

function exists(what: "attributes" | "tags"): AwsError {
  const part = what === "tags" ? "Tags" : "Attributes";
  return invalidParameter(`${part} Reason: Topic already exists with different ${what}`);
}
