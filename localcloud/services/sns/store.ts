import type { Retries } from "../../core/retries";
import type { StoreScope } from "../../core/service";
import type { Settings } from "../../entities/settings";
import type { Tags } from "../../entities/tags";
import type { TopicEncryption } from "./encryption";
import type { TopicOrder } from "./fifo";
import type { Message } from "./message";
import type { SubscriptionSetting, TopicSetting } from "./settings";

export interface SnsStore {
  readonly scope: StoreScope;
  /** By name. */
  readonly topics: Map<string, Topic>;
  /** By ARN. */
  readonly subscriptions: Map<string, Subscription>;
  readonly retries: Retries<DeliveryRetry>;
}

/** A message that waits for its next attempt, and how often it was repeated before. */
export interface DeliveryRetry {
  readonly message: Message;
  readonly subscription: Subscription;
  readonly retries: number;
}

export interface Topic {
  readonly name: string;
  readonly arn: string;
  readonly settings: Settings<TopicSetting>;
  readonly tags: Tags;
  readonly encryption: TopicEncryption;
  /** Set for a FIFO topic. */
  readonly order?: TopicOrder;
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly settings: Settings<SubscriptionSetting>;
  /** ARN of the principal that subscribed. */
  readonly principal: string;
  /** When it was created, milliseconds. */
  readonly askedAt: number;
  /** Token that its endpoint must return before it receives messages; absent = confirmed. */
  token?: string;
}
