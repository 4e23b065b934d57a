import { mockPulumi } from "../support/graph/pulumiMocks";
import { itAnswersAsHere, itRefuses } from "../support/closures/closureCases";

const item = "the outer one";
const table = "t";
function Base(this: { n: number }): void {
  this.n = 5;
}
const __v = "a name of the writer";
const __f0 = (): string => "another";
const __o0 = { a: 1 };

describe("The names inside a callback", () => {
  before(() => mockPulumi());

  itAnswersAsHere([
    {
      title: "may be labels",
      callback: async () => {
        let n = 0;
        outer: for (const i of [1, 2]) {
          for (;;) {
            n += i;
            if (i === 1) continue outer;
            break outer;
          }
        }
        return n;
      },
      answer: 3,
    },
    {
      title: "may be those of classes with static blocks",
      callback: async () => {
        class A {
          static n = 6;
          static {
            A.n = 7;
            this.n += 1;
          }
        }
        return A.n;
      },
      answer: 8,
    },
    {
      title: "of a for loop end with the loop",
      callback: async () => {
        for (const item of [1]) void item;
        return item;
      },
      answer: "the outer one",
    },
    {
      title: "of a counting loop end with the loop",
      callback: async () => {
        for (let item = 0; item < 1; item += 1) void item;
        return item;
      },
      answer: "the outer one",
    },
    {
      title: "of a switch end with the switch, which looks at those outside",
      callback: async () => {
        switch (table) {
          case "t": {
            const table = 1;
            void table;
          }
        }
        return table;
      },
      answer: "t",
    },
    {
      title: "of a block, a catch clause and a class field end there",
      callback: async () => {
        try {
          throw new Error("x");
        } catch (item) {
          void item;
        }
        class Holder {
          table: string;
          constructor() {
            this.table = table;
          }
        }
        return [item, new Holder().table];
      },
      answer: ["the outer one", "t"],
    },
    {
      title: "may be used before they are declared",
      callback: async () => {
        const isEven = (n: number): boolean => n === 0 || isOdd(n - 1);
        const isOdd = (n: number): boolean => n !== 0 && isEven(n - 1);
        return isEven(4);
      },
      answer: true,
    },
    {
      title: "may be declared below the callback, in the same file",
      callback: async () => below.text,
      answer: "declared below",
    },
    {
      title: "may be that of a captured function which a class extends",
      callback: async () => {
        const Parent = Base as unknown as new () => { n: number };
        class Child extends Parent {}
        return new Child().n;
      },
      answer: 5,
    },
    {
      title: "may be those that the written text uses itself",
      callback: async () => [__v, __f0(), __o0.a],
      answer: ["a name of the writer", "another", 1],
    },
    {
      title: "may be those of globals that a variable hides",
      callback: hidesGlobal(),
      answer: "not the global",
    },
    {
      title: "may ask with typeof for what does not exist",
      callback: async () => typeof (missing as unknown),
      answer: "undefined",
    },
  ]);

  itRefuses([
    {
      title: "are refused when nothing declares them",
      callback: async () => missing,
      says: ["uses 'missing', which is not declared or has no value yet"],
    },
    {
      title: "are refused when they are the `arguments` of the function that contains it",
      callback: (function (_a: number) {
        return async () => arguments.length;
      })(1),
      says: ["uses 'arguments' of the function that contains it"],
    },
    {
      title: "are refused when a function was given another value under its own name",
      callback: replacedFunction(),
      says: ["function steps in", "later assigned another value"],
    },
  ]);
});

declare const missing: unknown;
const below = { text: "declared below" };

function hidesGlobal(): unknown {
  const fetch = (): string => "not the global";
  return async () => fetch();
}

function replacedFunction(): unknown {
  let step = function steps(n: number): number {
    return n <= 0 ? 0 : steps(n - 1);
  };
  step = Object.assign(step, {});
  function steps(n: number): number {
    return n <= 0 ? 0 : steps(n - 1);
  }
  const original = steps;

  (steps as unknown) = (n: number): number => 10 + original(n);
  return async () => [steps(1), step(1)];
}
