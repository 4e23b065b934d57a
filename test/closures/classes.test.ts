import * as ssm from "@aws-sdk/client-ssm";
import * as pulumi from "@pulumi/pulumi";
import * as semver from "semver";
import { itAnswersAsHere, itRefuses } from "../support/closures/closureCases";
import { mockPulumi } from "../support/graph/pulumiMocks";
import { Animal, Bus, Cat, withLegs } from "./fixtures/animals";

class Failure extends Error {
  override name = "Failure";
  constructor(readonly code: number) {
    super(`failed with ${code}`);
  }
}
class Names extends Array<string> {
  get all(): string {
    return this.join("+");
  }
}
class Version extends semver.SemVer {
  shown(): string {
    return `v${this.major}`;
  }
}
const Mixed = withLegs(10, Cat);
const Anonymous = class {
  twice = (n: number): number => (n < 2 ? n : 2 * new Anonymous().twice(n - 1));
};
class Node {
  static Leaf = class Leaf extends Node {
    override depth(): number {
      return 1;
    }
  };
  depth(): number {
    return 1 + new Node.Leaf().depth();
  }
}
function Old(this: { n: number }): void {
  this.n = 5;
}
Old.prototype = { twice: twice };
function twice(this: { n: number }): number {
  return this.n * 2;
}
class Newer extends (Old as unknown as new () => { n: number; twice(): number }) {}
const __v = { a: 1 };
class Shadow extends Animal {
  shown(): unknown[] {
    return [__v.a, this.legs];
  }
}
class Titled {
  static override = "static";
}
Object.defineProperty(Titled, "name", { value: "a title" });
// TypeScript would assign to the class's own length, which is read-only.
const Ulid = new Function(
  "return class Ulid { static length = 26; static id() { return 'x'.repeat(Ulid.length); } };",
)() as { length: number; id(): string };
class Resource {
  closed = false;
  [Symbol.dispose](): void {
    this.closed = true;
  }
  async *[Symbol.asyncIterator](): AsyncGenerator<number> {
    yield 1;
  }
}
const kind = Symbol.for("kind");
// Formatted code has semicolons.
const Unterminated = new Function(
  "return class { n = 1\n static { this.k = 3 }\n *[Symbol.iterator]() { yield this.n } }",
)() as new () => Iterable<number>;
class Inherits {}
Object.setPrototypeOf(Inherits.prototype, Animal.prototype as object);
class Unwritable {
  run(): number {
    return 1;
  }
}
Object.defineProperty(Unwritable.prototype, "run", { writable: false });
class Service {
  greeting = "hi";
  async handle(): Promise<string> {
    return this.greeting;
  }
}
const frozen = Object.freeze(class Frozen {});

class Counted {
  static #count = 1;
  static next(): number {
    return (this.#count += 1);
  }
}
const key = ["com", "puted"].join("");
class Computed {
  [key](): number {
    return 1;
  }
}
class Patched {
  run(): number {
    return 1;
  }
}
Patched.prototype.run = () => 2;
class Holder {
  static cache = new Map([["a", 1]]);
  static read(): unknown {
    return this.cache.get("a");
  }
}
class Child extends Holder {}
let calls = 0;
class Caller {
  call(): number {
    return (calls += 1);
  }
}
class Component extends pulumi.ComponentResource {}
const { SSMClient } = ssm;
class Client extends ssm.SSMClient {}

describe("A captured class", () => {
  before(() => mockPulumi());

  itAnswersAsHere([
    {
      title: "has its fields, #private members, accessors and the values it captures",
      callback: async () => {
        const one = new Animal("tom");
        const before = [one.legs, one.name, one.speak(), [...one]];
        one.name = "kit";
        return [...before, one.name, Animal.name, one instanceof Animal];
      },
      answer: [4, "tom", "tom says nothing", ["t", "o", "m"], "KIT", "Animal", true],
    },
    {
      title: "has the static values that it has at deployment, and its static methods",
      callback: async () => [Animal.made, Animal.kinds, Animal.of("dog")],
      answer: [3, ["cat", "dog"], "dog: woof of 2"],
    },
    {
      title: "may be extended inside the callback",
      callback: async () => {
        class Dog extends Animal {
          static {
            Dog.made += 10;
          }
          #tricks = 1;
          override readonly legs = 3;
          override speak(): string {
            return `${super.speak()} and ${this.#tricks}`;
          }
        }
        const dog = new Dog("rex");
        return [dog.legs, dog.speak(), Dog.made, Animal.made, Dog.of("cat")];
      },
      answer: [3, "rex says nothing and 1", 13, 3, "cat: meow of 2"],
    },
    {
      title: "may be extended inside the callback by a class expression and by a mixin",
      callback: async () => {
        const Loud = class extends Cat {
          loud = this.speak().toUpperCase();
        };
        class Many extends withLegs(7, Cat) {}
        return [new Loud("a").loud, new Many("b").countLegs(), new Many("b").speak()];
      },
      answer: ["A SAYS NOTHING, THEN MEOW", 11, "b says nothing, then meow"],
    },
    {
      title: "may extend captured classes, and be the result of a mixin",
      callback: async () => {
        const one = new Mixed("tom");
        return [one.countLegs(), one.speak(), one instanceof Animal, Mixed.of("cat")];
      },
      answer: [14, "tom says nothing, then meow", true, "cat: meow of 2"],
    },
    {
      title: "may extend classes of JavaScript, of Node.js and of packages",
      callback: async () => {
        const error = new Failure(7);
        const names = Names.from(["a", "b"]) as Names;
        return [
          [error.name, error.message, error instanceof Error, error instanceof Failure],
          [names.all, names.length, Array.isArray(names)],
          new Bus().ask(),
          new Version("3.1.4").shown(),
        ];
      },
      answer: [["Failure", "failed with 7", true, true], ["a+b", 2, true], ["hello"], "v3"],
    },
    {
      title: "may be exported by a package, or extend such a class",
      callback: async () => {
        const settings = { region: "eu-central-1" };
        const clients = [new SSMClient(settings), new Client(settings)];
        const regions = await Promise.all(clients.map((client) => client.config.region()));
        return [...regions, clients[1] instanceof SSMClient];
      },
      answer: ["eu-central-1", "eu-central-1", true],
    },
    {
      title: "may refer to itself, and to a class that extends it",
      callback: async () => [new Anonymous().twice(3), Anonymous.name, new Node().depth()],
      answer: [4, "Anonymous", 2],
    },
    {
      title: "may extend a function whose prototype was replaced",
      callback: async () => new Newer().twice(),
      answer: 10,
    },
    {
      title: "may capture variables that the written text uses itself",
      callback: async () => new Shadow("a").shown(),
      answer: [1, 4],
    },
    {
      title: "keeps a static member named `name`, and stays frozen",
      callback: async () => [Titled.name, Titled.override, Object.isFrozen(frozen), frozen.name],
      answer: ["a title", "static", true, "Frozen"],
    },
    {
      title: "keeps a static member named `length`",
      callback: async () => [Ulid.id().length, Ulid.length],
      answer: [26, 26],
    },
    {
      title: "has methods whose names are symbols of JavaScript or of the whole program",
      callback: async () => {
        const one = new Resource();
        const found: unknown[] = [];
        for await (const n of one) found.push(n);
        one[Symbol.dispose]();
        return [...found, one.closed, Symbol.keyFor(kind)];
      },
      answer: [1, true, "kind"],
    },
    {
      title: "needs no semicolons around its static members",
      callback: async () => [...new Unterminated()],
      answer: [1],
    },
  ]);

  itRefuses([
    {
      title: "is refused if its prototype got another prototype",
      callback: async () => new Inherits(),
      says: ["captures class Inherits", "prototype got another prototype after its declaration"],
    },
    {
      title: "is refused if a decorator has changed the flags of a method",
      callback: async () => new Unwritable().run(),
      says: ["captures class Unwritable", "got another 'run'", "(by a decorator, for example)"],
    },
    {
      title: "is refused if a method that uses this is the callback",
      callback: new Service().handle,
      says: ["uses 'this', which is undefined in Lambda", "(event) => service.handle(event)"],
    },
    {
      title: "is refused if it has private static state",
      callback: async () => Counted.next(),
      says: ["captures class Counted as 'Counted'", "static #count cannot be read", "inside"],
    },
    {
      title: "is refused if it has a computed name",
      callback: async () => new Computed(),
      says: ["captures class Computed as 'Computed'", "member [key] has a computed name"],
    },
    {
      title: "is refused if its prototype was changed",
      callback: async () => new Patched().run(),
      says: ["captures class Patched as 'Patched'", "prototype got another 'run'"],
    },
    {
      title: "is refused for a static value that cannot be captured, also of what it extends",
      callback: async () => new Child(),
      says: ["captures a Map instance as 'Child > extends > cache'"],
    },
    {
      title: "is refused if a method assigns to a captured variable",
      callback: async () => new Caller().call(),
      says: ["assigns to the captured variable 'calls' in 'Caller'"],
    },
    {
      title: "is refused if it extends one of a deployment library",
      callback: async () => new Component("a:b:c", "d"),
      says: ["captures class Component as 'Component', which exists only at deployment"],
    },
    {
      title: "is refused as a prototype without its class",
      callback: (
        (prototype) => async () =>
          prototype
      )(Animal.prototype),
      says: ["captures the prototype of class Animal as 'prototype'"],
    },
    {
      title: "is refused if only an instance of it is captured",
      callback: (
        (animal) => async () =>
          animal.speak()
      )(new Animal("a")),
      says: ["captures an Animal instance as 'animal'"],
    },
  ]);
});
