import { type PartialScope } from "../render";

/** A template and its output, or its error. */
export type TemplateCase = PartialScope & {
  /** Title of the test. */
  readonly name: string;
  readonly template: string;
} & ({ readonly text: string } | { readonly error: RegExp });

/** Cases with the same source document. */
export interface CaseGroup {
  /** The document and its section that describe this behaviour. */
  readonly reference: string;
  readonly cases: readonly TemplateCase[];
}

const GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide";
const VELOCITY = "https://velocity.apache.org/engine/1.7";

export const aws = (page: string, topic: string): string => `${GUIDE}/${page}.html: ${topic}`;
export const velocity = (topic: string): string => `${VELOCITY}/user-guide.html: ${topic}`;
/** Source for behaviour that the user guide does not describe: the grammar and the nodes of release 1.7. */
export const velocitySource = (file: string): string =>
  `https://github.com/apache/velocity-engine, release 1.7, ${file}`;
export const jayway = (topic: string): string => `https://github.com/json-path/JsonPath: ${topic}`;
export const javadoc = (type: string): string =>
  `https://docs.oracle.com/javase/8/docs/api/${type.replaceAll(".", "/")}.html`;
/** Source for behaviour that no document describes: the local cloud's own rule. */
export const ownRule = (rule: string): string => `local cloud: ${rule}`;
