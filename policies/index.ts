import * as policy from "@pulumi/policy";
import { exceptionProblems, Exceptions } from "./exceptions";
import { findings } from "./audit";
import { fromStackResource, fromValidationArgs } from "./resources";
import { rules } from "./rules";
import { type PolicyResource, type Rule, Stack, Undecided } from "./rule";

/** What the components of the stack have stated so far: each is registered before its children. */
const exceptions = new Exceptions();

const statedExceptions: policy.ResourceValidationPolicy = {
  name: "policy-exceptions",
  description: "An exception to a rule names the rule, the resource and the reason.",
  validateResource: (args, report) => {
    const resource = fromValidationArgs(args);
    exceptions.learn(resource);
    for (const problem of exceptionProblems(resource, rules)) report(problem);
  },
};

/** A preview cannot know everything: what it could not look at is said once, instead of looking like a pass. */
const undecidedRules: policy.StackValidationPolicy = {
  name: "undecided-until-deployed",
  description: "Some values are unknown until they are deployed; `pulumi up` decides the rules about them.",
  enforcementLevel: "advisory",
  validateStack: ({ resources }, report) => {
    const stack = new Stack(resources.map(fromStackResource));
    for (const [what, count] of undecided(stack)) report(`${what}: ${count} rules`);
  },
};

new policy.PolicyPack("aws-callbacks", {
  enforcementLevel: "mandatory",
  policies: [statedExceptions, ...rules.map(toPolicy), undecidedRules],
});

function toPolicy(rule: Rule): policy.Policies[number] {
  const described = { name: rule.ids[0], description: `${rule.requires} (${rule.ids.join(", ")})` };
  if ("check" in rule)
    return {
      ...described,
      validateResource: (args, report) => {
        if (!rule.types.includes(args.type)) return;
        const resource = fromValidationArgs(args);
        for (const finding of decided(rule, resource, new Stack([]))) report(finding);
      },
    };
  return {
    ...described,
    validateStack: ({ resources }, report) => {
      const stack = new Stack(resources.map(fromStackResource));
      for (const resource of stack.resources.filter(({ type }) => rule.types.includes(type)))
        for (const finding of decided(rule, resource, stack))
          report(`${resource.name}: ${finding}`, resource.urn);
    },
  };
}

function decided(rule: Rule, resource: PolicyResource, stack: Stack): string[] {
  try {
    return findings(rule, resource, stack, exceptions);
  } catch (error) {
    if (error instanceof Undecided) return [];
    throw error;
  }
}

/** How many rules wait for each unknown value. */
function undecided(stack: Stack): Map<string, number> {
  const counts = new Map<string, number>();
  for (const resource of stack.resources)
    for (const rule of rules.filter(({ types }) => types.includes(resource.type))) {
      try {
        findings(rule, resource, stack, exceptions);
      } catch (error) {
        if (!(error instanceof Undecided)) throw error;
        counts.set(error.message, (counts.get(error.message) ?? 0) + 1);
      }
    }
  return counts;
}
