import * as policy from "@pulumi/policy";
import { exceptionProblems, Exceptions } from "./exceptions";
import { audit, findings } from "./audit";
import { fromStackResource, fromValidationArgs } from "./resources";
import { rules } from "./rules";
import { type PolicyResource, type Rule, Stack, Undecided } from "./rule";

/** The exceptions that the stack's components have declared so far: each is registered before its children. */
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

/** A preview does not know every value. This lists once what could not be checked, so that it does not look passed. */
const undecidedRules: policy.StackValidationPolicy = {
  name: "undecided-until-deployed",
  description:
    "What is unknown before the deployment is decided by `pulumi up` with this policy pack.",
  enforcementLevel: "advisory",
  validateStack: ({ resources }, report) => {
    const { undecided } = audit(rules, resources.map(fromStackResource), exceptions);
    if (undecided.length === 0) return;
    const values = undecided.map(({ resource, path }) => `${resource.name}.${path}`);
    report(`${undecided.length} rules wait for ${[...new Set(values)].join(", ")}`);
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
        if (!rule.types.includes(args.type))
          args.notApplicable(`It looks at ${rule.types.join(", ")}.`);
        const resource = fromValidationArgs(args);
        for (const finding of decided(rule, resource, new Stack([]))) report(finding);
      },
    };
  return {
    ...described,
    validateStack: ({ resources }, report) => {
      const stack = new Stack(resources.map(fromStackResource));
      for (const resource of stack.resources.filter(({ type }) => rule.types.includes(type)))
        for (const finding of decided(rule, resource, stack)) report(finding, resource.urn);
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
