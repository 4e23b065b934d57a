// Pulumi's SDK gives a resource an Output for each of its properties, of which a program reads few. Each consists of a
// dozen promises: together more than a third of what a program allocates until its callbacks are analyzed.
"use strict";
const util = require("node:util");

/** A property of the Proxy that is its Output. */
const CREATED = Symbol("created");

/** The methods of a Proxy's handler: https://tc39.es/ecma262/#table-proxy-handler-methods */
const TRAPS = Reflect.ownKeys(Reflect).filter((name) => typeof Reflect[name] === "function");

/**
 * Makes the SDK create the Output of a resource's property when something reads it.
 * @param sdk requires a module of the SDK like its launcher does.
 */
exports.createOutputsLazily = (sdk) => {
  // Its report of leaked promises names each property.
  if (sdk("../../runtime/debuggable").debugPromiseLeaks) return;
  const rpc = sdk("../../runtime/rpc");
  const { Output } = sdk("../../output");
  const { isGrpcError } = sdk("../../errors");
  const { transferProperties } = rpc;
  rpc.transferProperties = (resource, label, properties) => {
    const names = Object.keys(properties).filter((name) => name !== "id" && name !== "urn");
    // The SDK refuses it.
    if (names.some((name) => Object.hasOwn(resource, name)))
      return transferProperties(resource, label, properties);
    const resolvers = {};
    for (const name of names) {
      const output = new LazyOutput(Output, resource);
      resource[name] = new Proxy(output, output);
      resolvers[name] = (value, isKnown, isSecret, dependencies = [], error) => {
        // Like the SDK, which leaves the property pending then: the program ends anyway.
        if (error && isGrpcError(error)) return;
        output.settle(error, [value, isKnown, isSecret, dependencies]);
      };
    }
    return resolvers;
  };
};

/** The handler of a Proxy, and its target, that creates an Output at its first use. */
class LazyOutput {
  created = undefined;
  settlers = undefined;
  settled = undefined;

  constructor(Output, resource) {
    this.Output = Output;
    this.resource = resource;
  }

  /** Receives the Output's value, whether it is known, whether it is secret, and its dependencies. */
  settle(error, values) {
    this.settled = { error, values };
    this.settlers?.forEach((settler, index) => settleOne(settler, this.settled, index));
    this.settlers = undefined;
  }

  output() {
    this.created ??= new this.Output(this.resource, ...this.promises());
    return this.created;
  }

  promises() {
    const settlers = [];
    const promises = [0, 1, 2, 3].map(
      (index) =>
        new Promise((resolve, reject) => {
          const settler = { resolve, reject };
          if (this.settled) settleOne(settler, this.settled, index);
          else settlers.push(settler);
        }),
    );
    this.settlers = settlers;
    return promises;
  }

  /** Node.js finds this method in the target of a Proxy, and calls it on the Proxy. */
  [util.inspect.custom](_depth, options, inspect) {
    return inspect(this[CREATED], options);
  }
}

function settleOne({ resolve, reject }, { error, values }, index) {
  if (error) reject(error);
  else resolve(values[index]);
}

for (const trap of TRAPS)
  LazyOutput.prototype[trap] = (lazy, ...rest) => Reflect[trap](lazy.output(), ...rest);

LazyOutput.prototype.get = (lazy, name) => {
  // The SDK asks everything whether it is an Output.
  if (name === "__pulumiOutput") return true;
  return name === CREATED ? lazy.output() : Reflect.get(lazy.output(), name);
};
