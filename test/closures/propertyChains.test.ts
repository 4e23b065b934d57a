import { mockPulumi } from "../support/graph/pulumiMocks";
import { itAnswersAsHere } from "../support/closures/closureCases";
import { registry, shop } from "./fixtures/chains/shop";

interface Circle {
  name: string;
  self: Circle;
}
const circle = { name: "circle" } as Circle;
circle.self = circle;

interface Node {
  name: string;
  next: Node;
  prev: Node;
}
const first = { name: "first" } as Node;
const second: Node = { name: "second", next: first, prev: first };
first.next = second;
first.prev = second;

const ping = { name: "ping", call: (n: number): string => (n > 0 ? pong.call(n - 1) : ping.name) };
const pong = { name: "pong", call: (n: number): string => (n > 0 ? ping.call(n - 1) : pong.name) };

const conf = {
  parts: { x: 1, y: [2, 3] },
  sum: (): number => conf.parts.x + conf.parts.y.length,
  all: (): unknown[] => Object.values(conf.parts),
};
const alias = registry;
const counter = {
  n: 0,
  next(): number {
    return (this.n += 1);
  },
};

interface List {
  n: number;
  tail?: List;
}
let list: List | undefined;
for (let n = 0; n < 3_000; n += 1) list = { n, tail: list };
const longList = list;

let pair: object = { end: true };
for (let level = 0; level < 16; level += 1) pair = { left: pair, right: pair };
const sharedPairs = pair;

describe("An object that a callback reaches by several property chains", () => {
  before(() => mockPulumi());

  itAnswersAsHere([
    {
      title: "has what its own member reads of it, from another file",
      callback: async (e: { n: number }) => shop.label(e.n),
      event: { n: 5 },
      answer: "5 EUR",
    },
    {
      title: "has what a member reads by way of a module that imports it back",
      callback: async () => shop.inDollars(2),
      answer: "3 USD, was 2 EUR",
    },
    {
      title: "has what a member of a member reads of it",
      callback: async () => registry.members.named(4),
      answer: "8 at 2",
    },
    {
      title: "has it under an alias as well",
      callback: async () => [alias.rate, registry.members.double(3)],
      answer: [2, 6],
    },
    {
      title: "leads back to itself as often as is asked",
      callback: async () => [circle.self.self.self.name, circle.self === circle],
      answer: ["circle", true],
    },
    {
      title: "leads around a ring of two",
      callback: async () => [first.next.prev.next.name, first.next.next === first],
      answer: ["second", true],
    },
    {
      title: "calls another that calls it back",
      callback: async () => [ping.call(0), ping.call(1), ping.call(2)],
      answer: ["ping", "pong", "ping"],
    },
    {
      title: "is whole where one function uses it whole and another a part",
      callback: async () => [conf.sum(), conf.all(), conf.parts.x],
      answer: [3, [1, [2, 3]], 1],
    },
    {
      title: "is one object to the method that changes it and to the code that reads it",
      callback: async () => [counter.next() - counter.n, counter.next() - counter.n],
      answer: [0, 0],
    },
    {
      title: "may be a list of 3 000 links",
      callback: async () => {
        let sum = 0;
        for (let at = longList; at; at = at.tail) sum += at.n;
        return sum;
      },
      answer: 4_498_500,
    },
    {
      title: "may be 16 levels of pairs that share their halves",
      callback: async () => {
        let at = sharedPairs as { left?: object; right?: object };
        let levels = 0;
        for (; at.left; at = at.left) levels += at.left === at.right ? 1 : 0;
        return levels;
      },
      answer: 16,
    },
  ]);
});
