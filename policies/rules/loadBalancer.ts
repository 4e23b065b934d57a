import { get, isGiven, list, type PolicyResource, type Rule, asBlock, textOf } from "../rule";

const LISTENER = "aws:lb/listener:Listener";
const LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";

export const loadBalancerRules: readonly Rule[] = [
  {
    ids: ["AwsSolutions-ELB2"],
    requires: "A load balancer keeps access logs; set accessLogs.enabled and accessLogs.bucket.",
    types: [LOAD_BALANCER],
    check: (balancer) =>
      get(balancer, "accessLogs.enabled") === true && isGiven(balancer, "accessLogs.bucket")
        ? []
        : ["accessLogs are off"],
  },
  {
    ids: ["CKV_AWS_2", "CKV_AWS_103"],
    requires:
      "Clients speak TLS 1.2 or newer; use protocol HTTPS or TLS with a policy of TLS13 or TLS-1-2, or redirect to it.",
    types: [LISTENER],
    check: (listener) => {
      const protocol = textOf(get(listener, "protocol"), "HTTP");
      if (!["HTTPS", "TLS"].includes(protocol))
        return redirectsToHttps(listener) ? [] : [`it speaks ${protocol}`];
      const policy = textOf(get(listener, "sslPolicy"), "ELBSecurityPolicy-2016-08");
      // Names of modern policies:
      // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
      const isModern = /TLS13-1-[23]|TLS-1-2|FS-1-2/.test(policy);
      return isModern ? [] : [`its policy ${policy} also accepts TLS 1.0`];
    },
  },
  {
    ids: ["CKV_AWS_131"],
    requires: "Malformed headers do not reach the application; set dropInvalidHeaderFields.",
    types: [LOAD_BALANCER],
    check: (balancer) =>
      !isApplication(balancer) || get(balancer, "dropInvalidHeaderFields") === true
        ? []
        : ["invalid headers are passed on"],
  },
  {
    ids: ["CKV_AWS_328"],
    requires:
      "A request is one request to everybody on its way; leave desyncMitigationMode defensive or strictest.",
    types: [LOAD_BALANCER],
    check: (balancer) => {
      const mode = textOf(get(balancer, "desyncMitigationMode"), "defensive");
      return ["defensive", "strictest"].includes(mode)
        ? []
        : [`its desyncMitigationMode is ${mode}`];
    },
  },
];

function isApplication(balancer: PolicyResource): boolean {
  return (get(balancer, "loadBalancerType") ?? "application") === "application";
}

function redirectsToHttps(listener: PolicyResource): boolean {
  return list(listener, "defaultActions").some((action) => {
    const { type, redirect } = asBlock(action);
    return type === "redirect" && asBlock(redirect).protocol === "HTTPS";
  });
}
