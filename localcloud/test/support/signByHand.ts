/** How to call a service without an SDK, and its error for an unknown key. */
export interface HandMade {
  readonly service: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly says: string;
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const UNRECOGNIZED = "UnrecognizedClientException";

export const HAND_MADE: readonly HandMade[] = [
  {
    service: "sts",
    headers: FORM,
    body: "Action=GetCallerIdentity&Version=2011-06-15",
    says: "403 InvalidClientTokenId",
  },
  {
    service: "iam",
    headers: FORM,
    body: "Action=ListRoles&Version=2010-05-08",
    says: "403 InvalidClientTokenId",
  },
  {
    service: "ec2",
    headers: FORM,
    body: "Action=DescribeVpcs&Version=2016-11-15",
    says: "401 AuthFailure",
  },
  {
    service: "sqs",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "AmazonSQS.ListQueues",
    },
    body: "{}",
    says: `400 ${UNRECOGNIZED}`,
  },
  {
    service: "dynamodb",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.ListTables",
    },
    body: "{}",
    says: `400 ${UNRECOGNIZED}`,
  },
  {
    service: "ssm",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AmazonSSM.DescribeParameters",
    },
    body: "{}",
    says: `400 ${UNRECOGNIZED}`,
  },
  { service: "lambda", path: "/2015-03-31/functions", says: `403 ${UNRECOGNIZED}` },
  { service: "s3", says: "403 InvalidAccessKeyId" },
];

/**
 * JavaScript of a function `ask(endpoint, key, request, options)`. It signs with only the key's id, because the cloud
 * does not know the secrets of a developer's keys, and returns the status with the error's name or `ok`. With
 * `presigned`, the signature is in the query; `options` are those of `http.request`.
 */
export const SIGN_BY_HAND = `
const ask = (endpoint, key, { service, path = "/", headers = {}, body }, { presigned, ...options } = {}) => {
  const { request } = require("node:http");
  const day = "20261129";
  const scope = key + "/" + day + "/us-east-1/" + service + "/aws4_request";
  const date = day + "T000000Z";
  const query = new URLSearchParams({ "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": scope, "X-Amz-Date": date,
    "X-Amz-Expires": "604800", "X-Amz-SignedHeaders": "host", "X-Amz-Signature": "0" });
  const signed = presigned ? {} : { "x-amz-date": date,
    authorization: "AWS4-HMAC-SHA256 Credential=" + scope + ", SignedHeaders=host, Signature=0" };
  const { port } = new URL(endpoint);
  const url = { host: "127.0.0.1", port, path: path + (presigned ? "?" + query : ""), method: body ? "POST" : "GET" };
  return new Promise((resolve, reject) => {
    const sent = request({ ...url, agent: false, ...options, headers: { host: "localhost", ...headers, ...signed } }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk)).on("end", () => {
        const named = /<Code>(\\w+)/.exec(text) || /"__type":"(?:[^"]*#)?(\\w+)/.exec(text) || [0, answer.headers["x-amzn-errortype"]];
        resolve(answer.statusCode + " " + (answer.statusCode === 200 ? "ok" : named[1] || text.trim()));
      });
    });
    sent.on("error", reject).end(body);
  });
};
`;
