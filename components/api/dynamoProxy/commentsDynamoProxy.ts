import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DynamoProxy } from "./dynamoProxy";
import { DYNAMO_PROXY_CHECKS, type DynamoProxyArgs, type DynamoProxyOptions } from "./args";
import { checkName } from "../../names";
import { anything, checkArgs, type Checks, integer } from "../../validation";

export interface CommentsDynamoProxyArgs extends DynamoProxyOptions {
  /** Characters of a comment, 1 to 100 000. Default 10 000. */
  maxMessageLength?: number;
  /** Also stores the commenter's IP address, for moderation; no answer contains it. Default false. */
  storeSourceIp?: boolean;
}

const TYPE = "aws-callbacks:index:CommentsDynamoProxy";

/**
 * Comments on pages, stored and read by API Gateway without a function: `POST /comments` takes
 * `{pageId, userName, message}`, `GET /comments/{pageId}` answers `{comments: [...], nextToken?}`, newest last.
 *
 * @example
 * const comments = new CommentsDynamoProxy("comments");
 * export const commentsUrl = comments.url;
 * @throws pulumi.ResourceError for a wrong argument.
 */
export class CommentsDynamoProxy extends pulumi.ComponentResource {
  readonly proxy: DynamoProxy;
  readonly table: aws.dynamodb.Table;
  /** URL of the API, without a slash at the end. */
  readonly url: pulumi.Output<string>;
  /** The table's name in AWS. */
  readonly tableName: pulumi.Output<string>;

  constructor(
    name: string,
    args: CommentsDynamoProxyArgs = {},
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(TYPE, name, {}, opts);
    checkName(this, name);
    checkArgs(this, args, CHECKS);
    this.proxy = new DynamoProxy(name, proxyArgs(args), { parent: this });
    this.table = this.proxy.table;
    this.url = this.proxy.url;
    this.tableName = this.table.name;
    this.registerOutputs({ url: this.url, tableName: this.tableName });
  }
}

const CHECKS = {
  maxMessageLength: integer([1, 100_000], "characters"),
  storeSourceIp: anything,
  ...DYNAMO_PROXY_CHECKS,
} satisfies Checks<CommentsDynamoProxyArgs>;

/** Returns the arguments of the DynamoProxy for comments. */
export function proxyArgs({
  maxMessageLength,
  storeSourceIp,
  ...options
}: CommentsDynamoProxyArgs): DynamoProxyArgs {
  return {
    authorization: { type: "NONE", reason: "Anyone may read and write public comments." },
    ...options,
    attributes: {
      // A key of an index has at most 2048 bytes: 512 characters of 4 bytes.
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
      pageId: { type: "string", maxLength: 512 },
      userName: { type: "string", maxLength: 256 },
      message: { type: "string", maxLength: maxMessageLength ?? 10_000 },
    },
    hashKey: "commentId",
    indexes: {
      "pageId-index": {
        hashKey: "pageId",
        rangeKey: "createdAt",
        attributes: ["commentId", "userName", "message", "createdAt"],
      },
    },
    routes: [
      {
        operation: "put",
        method: "POST",
        path: "/comments",
        body: ["pageId", "userName", "message"],
        generated: {
          commentId: "requestId",
          createdAt: "requestTime",
          ...(storeSourceIp ? { sourceIp: "sourceIp" as const } : {}),
        },
      },
      {
        operation: "query",
        path: "/comments/{pageId}",
        index: "pageId-index",
        list: "comments",
        attributes: ["commentId", "userName", "message", "createdAt"],
      },
    ],
  };
}
