import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import * as fc from "fast-check";
import {
  planFamily,
  type ServiceState,
} from "../../../../callbacks/ecs/webhookRedeployer/plan/plan";
import {
  isSameImage,
  matchContainers,
  nextRevision,
  parseTaskDefinitionArn,
} from "../../../../callbacks/ecs/webhookRedeployer/rollout/taskDefinition";
import { runs } from "../../../../localcloud/test/support/runs";

const DIGEST = `sha256:${"0f".repeat(32)}`;
const ARN = "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:7";
const change = { repository: "docker.io/acme/web", tag: "1.1", acceptedAt: 1_000 };

const definition: TaskDefinition = {
  taskDefinitionArn: ARN,
  family: "web",
  revision: 7,
  status: "ACTIVE",
  compatibilities: ["EC2"],
  requiresAttributes: [{ name: "x" }],
  registeredAt: new Date(0),
  registeredBy: "arn:aws:iam::123456789012:root",
  cpu: "256",
  volumes: [{ name: "data" }],
  containerDefinitions: [
    { name: "web", image: "acme/web:1.0", environment: [{ name: "A", value: "B" }] },
    { name: "worker", image: "index.docker.io/acme/web:0.9" },
    { name: "twin", image: "acme/web2:1.0" },
    { name: "proxy", image: "localhost:5000/acme/web:1.0" },
    { name: "pinned", image: `acme/web@${DIGEST}` },
    { name: "odd", image: "not an image" },
  ],
};

const service = (name: string, over: Partial<ServiceState> = {}): ServiceState => ({
  cluster: "main",
  service: name,
  arn: `arn:aws:ecs:eu-central-1:123456789012:service/main/${name}`,
  taskDefinition: ARN,
  status: "ACTIVE",
  controller: "ECS",
  deployedAt: 0,
  rolloutState: "COMPLETED",
  oldDeployments: [],
  ...over,
});

describe("taskDefinition", () => {
  it("finds every container of the repository, and no others", () => {
    expect(matchContainers(definition, change)).to.deep.equal([
      { container: "web", from: "acme/web:1.0", to: "acme/web:1.1" },
      {
        container: "worker",
        from: "index.docker.io/acme/web:0.9",
        to: "index.docker.io/acme/web:1.1",
      },
      { container: "pinned", from: `acme/web@${DIGEST}` },
    ]);
  });

  it("recognizes when Docker would pull the same image", () => {
    expect(isSameImage("web", "docker.io/library/web:latest")).to.equal(true);
    expect(isSameImage("web:1", "web:2")).to.equal(false);
    expect(isSameImage("web", `web@${DIGEST}`)).to.equal(false);
    expect(isSameImage("not an image", "not an image")).to.equal(true);
  });

  it("parses family and revision from an ARN or a short name", () => {
    expect(parseTaskDefinitionArn(ARN)).to.deep.equal({ family: "web", revision: 7 });
    expect(parseTaskDefinitionArn("web-2:10")).to.deep.equal({ family: "web-2", revision: 10 });
    expect(parseTaskDefinitionArn("web")).to.equal(undefined);
  });

  it("changes matching images, drops fields that ECS added, keeps everything else, unknown fields too", () => {
    const name = fc.stringMatching(/^[a-z_]{1,8}$/);
    const image = fc.constantFrom(
      "acme/web:1.0",
      "acme/web",
      "docker.io/acme/web:2",
      "acme/web2:1",
      "ghcr.io/acme/web:1",
      `acme/web:1@${DIGEST}`,
      "??",
    );
    const unknown = fc.dictionary(fc.stringMatching(/^new[A-Z][a-z]{1,5}$/), fc.jsonValue(), {
      maxKeys: 3,
    });
    const container = fc.record({ name, image, rest: unknown });
    const containers = fc.uniqueArray(container, { selector: (one) => one.name, maxLength: 5 });
    fc.assert(
      fc.property(
        containers,
        unknown,
        fc.array(fc.record({ key: name, value: name }), { maxLength: 3 }),
        (list, extra, tags) => {
          const containerDefinitions = list.map(({ rest, ...known }) => ({ ...rest, ...known }));
          const before = { ...definition, ...extra, containerDefinitions } as TaskDefinition;
          const copy = structuredClone(before);
          const matches = matchContainers(before, change);
          const after = nextRevision(before, tags, matches);
          expect(before).to.deep.equal(copy);
          const { containerDefinitions: images, tags: kept, ...rest } = after;
          expect(rest).to.deep.equal({
            ...extra,
            family: "web",
            cpu: "256",
            volumes: [{ name: "data" }],
          });
          expect(kept ?? []).to.deep.equal(tags);
          for (const [index, one] of containerDefinitions.entries()) {
            const to = matches.find((match) => match.container === one.name)?.to;
            expect(images?.[index]).to.deep.equal(to === undefined ? one : { ...one, image: to });
          }
        },
      ),
      { numRuns: runs(20_000, 500_000) },
    );
  });
});

describe("planFamily", () => {
  const actions = (services: ServiceState[], definitionNow = definition): unknown[] => {
    const { action, services: plans } = planFamily(definitionNow, services, change);
    return [action, ...plans.map((plan) => plan.action)];
  };
  const moved: TaskDefinition = {
    ...definition,
    containerDefinitions: [{ name: "web", image: "acme/web:1.1" }],
  };

  it("registers one revision and moves every service to it", () => {
    expect(
      actions([service("a"), service("b", { taskDefinition: ARN.replace(":7", ":3") })]),
    ).to.deep.equal(["register", "update", "update"]);
  });

  it("registers a revision for a family that no service runs", () => {
    expect(actions([])).to.deep.equal(["register"]);
  });

  it("keeps a revision that has the tag: services behind it move, services on it pull again", () => {
    const lagging = service("a", { taskDefinition: ARN.replace(":7", ":6") });
    const before = service("b", { deployedAt: 999 });
    const after = service("c", { deployedAt: 1_001 });
    expect(actions([lagging, before, after], moved)).to.deep.equal([
      "keep",
      "update",
      "force",
      "already",
    ]);
  });

  it("leaves CodeDeploy's, external and draining services alone", () => {
    const others = [
      service("a", { controller: "CODE_DEPLOY" }),
      service("b", { controller: "EXTERNAL" }),
      service("c", { status: "DRAINING" }),
    ];
    expect(actions([...others, service("d")])).to.deep.equal([
      "register",
      "skip",
      "skip",
      "skip",
      "update",
    ]);
    const { action, reason, services } = planFamily(definition, others, change);
    expect([action, reason]).to.deep.equal(["none", "each of its services is skipped"]);
    expect(services.map((one) => one.reason)).to.deep.equal([
      "CODE_DEPLOY deploys it",
      "EXTERNAL deploys it",
      "it is DRAINING",
    ]);
  });

  it("does nothing when the image is absent, or pinned to a digest", () => {
    const other = { ...definition, containerDefinitions: [{ name: "x", image: "acme/web2:1" }] };
    const pinned = {
      ...definition,
      containerDefinitions: [{ name: "x", image: `acme/web:1@${DIGEST}` }],
    };
    expect(planFamily(other, [service("a")], change)).to.include({ action: "none" });
    expect(planFamily(pinned, [service("a")], change).reason).to.equal(
      "its images are bound to digests",
    );
  });
});
