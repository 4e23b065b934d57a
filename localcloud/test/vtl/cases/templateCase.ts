import { type PartialScope } from "../render";

/** One template and what it renders to, or the error it ends with. */
export type TemplateCase = PartialScope & {
  /** A claim. */
  readonly name: string;
  readonly template: string;
} & ({ readonly text: string } | { readonly error: RegExp });

/** Cases that rest on the same document. */
export interface CaseGroup {
  /** The document and its section that say so. */
  readonly reference: string;
  readonly cases: readonly TemplateCase[];
}

const GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide";
const VELOCITY = "https://velocity.apache.org/engine/1.7";

export const aws = (page: string, topic: string): string => `${GUIDE}/${page}.html: ${topic}`;
export const velocity = (topic: string): string => `${VELOCITY}/user-guide.html: ${topic}`;
/** Where the user guide is silent: the grammar and the nodes of the 1.7 release. */
export const velocitySource = (file: string): string =>
  `https://github.com/apache/velocity-engine, release 1.7, ${file}`;
export const jayway = (topic: string): string => `https://github.com/json-path/JsonPath: ${topic}`;
export const javadoc = (type: string): string =>
  `https://docs.oracle.com/javase/8/docs/api/${type.replaceAll(".", "/")}.html`;
/** What no document settles: the local cloud's own rule. */
export const ownRule = (rule: string): string => `local cloud: ${rule}`;
