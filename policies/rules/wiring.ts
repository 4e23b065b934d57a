import { certificateProblem } from "../../components/api/certificateRegion";
import { rolloutProblem } from "../../components/ecs/rollout";
import { scheduleProblem } from "../../components/function/triggers/schedule";
import { get, isGiven, type PolicyResource, type Rule } from "../rule";

const SERVICE = "aws:ecs/service:Service";
const EVENT_RULE = "aws:cloudwatch/eventRule:EventRule";
const DOMAIN_NAME = "aws:apigateway/domainName:DomainName";

/** Mistakes that AWS accepts and that show up only as missing effects; with ids of this pack's own. */
export const wiringRules: readonly Rule[] = [
  {
    ids: ["AwsCallbacks-Rollout"],
    requires:
      "A deployment can stop an old task or start a new one, or it never moves; widen the service's deployment percentages.",
    types: [SERVICE],
    check: (service) => {
      // Other deployment controllers do no rolling updates.
      if ((get(service, "deploymentController.type") ?? "ECS") !== "ECS") return [];
      const isDaemon = get(service, "schedulingStrategy") === "DAEMON";
      const percent = (name: string, ofDaemon: number, otherwise: number): number =>
        Number(get(service, name) ?? (isDaemon ? ofDaemon : otherwise));
      const problem = rolloutProblem({
        // A daemon has one task per instance: one is used as an example.
        desiredCount: isDaemon ? 1 : Number(get(service, "desiredCount") ?? 0),
        minimumHealthyPercent: percent("deploymentMinimumHealthyPercent", 0, 100),
        maximumPercent: percent("deploymentMaximumPercent", 100, 200),
      });
      return problem ? [problem] : [];
    },
  },
  {
    ids: ["AwsCallbacks-Schedule"],
    requires:
      "A schedule runs some day, or what it calls is never called; write an expression that has a next run.",
    types: [EVENT_RULE],
    check: (rule) => {
      if (!isGiven(rule, "scheduleExpression")) return [];
      const problem = scheduleProblem(String(get(rule, "scheduleExpression")), new Date());
      return problem ? [problem] : [];
    },
  },
  {
    ids: ["AwsCallbacks-CertificateRegion"],
    requires:
      "A domain takes certificates of one region only, or it cannot be made; request the certificate in that region.",
    types: [DOMAIN_NAME],
    check: (domain) => [
      ...certificate(domain, "certificateArn", "EDGE"),
      ...certificate(domain, "regionalCertificateArn", "REGIONAL"),
    ],
  },
];

function certificate(
  domain: PolicyResource,
  property: string,
  endpointType: "EDGE" | "REGIONAL",
): string[] {
  if (!isGiven(domain, property)) return [];
  const region = get(domain, "region");
  // The provider's region is not among the inputs; an edge-optimized domain does not need it.
  if (endpointType === "REGIONAL" && region === undefined) return [];
  const certificateArn = String(get(domain, property));
  const problem = certificateProblem({ certificateArn, endpointType, region: String(region) });
  return problem ? [problem] : [];
}
