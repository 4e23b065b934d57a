import { BadControlRequest, type Control } from "../../../core/load";
import type { SessionCredentials } from "../../../core/identity";
import type { StoreScope } from "../../../core/service";
import { AwsError } from "../../../core/errors";
import type { Ec2Store, StoredInstance } from "../store";
import { BEHAVIOURS, type Behaviour } from "./behaviour";
import { type HostIdentity, LOOPBACK, SshHost } from "./host";
import { readUserData } from "./userData";

/** Tag of an instance with its port on 127.0.0.1. */
export const PORT_TAG = "aws-callbacks:ssh-port";

/** The SSH hosts of a region's instances. */
export class SshHosts {
  private readonly hosts = new Map<string, SshHost>();
  private readonly sessions = new Map<string, SessionCredentials>();

  constructor(private readonly scope: StoreScope) {}

  /** Adds the host of a launched instance. */
  add(instance: StoredInstance): void {
    const { id, shape, tags } = instance;
    const { machines } = this.scope.cloud;
    machines.add(id, {
      region: this.scope.region,
      zone: shape.Placement?.AvailabilityZone ?? "",
      address: shape.PrivateIpAddress ?? "",
      launchedAt: shape.LaunchTime ?? this.scope.clock.date(),
      tags,
      session: () => this.session(id, instance.shape.IamInstanceProfile?.Arn),
    });
  }

  /** Opens the host of a running instance; its tag then contains the port. */
  async open(instance: StoredInstance): Promise<void> {
    const machine = this.scope.cloud.machines.at(instance.id);
    if (machine) machine.isUp = true;
    const host = this.of(instance);
    await host.open();
    // A host whose behaviour is to refuse has no port.
    if (host.port !== 0) instance.tags.set(PORT_TAG, `${host.port}`);
  }

  /** Closes the host of a stopping instance; its disk and its host key remain. */
  close({ id }: StoredInstance): void {
    this.hosts.get(id)?.close();
    this.scope.cloud.machines.at(id)?.halt();
    this.forgetSession(id);
  }

  remove({ id }: StoredInstance): void {
    this.hosts.get(id)?.close();
    this.hosts.delete(id);
    this.scope.cloud.machines.remove(id);
    this.forgetSession(id);
  }

  of(instance: StoredInstance): SshHost {
    const known = this.hosts.get(instance.id);
    if (known) return known;
    const { clock, cloud } = this.scope;
    const { keyPair, userData } = instance;
    const host = new SshHost(
      { keyPair, userData: readUserData(userData) },
      {
        now: () => clock.now(),
        machine: () => cloud.machines.at(instance.id),
        portOf: (address, port) => this.portOf(address, port),
      },
    );
    this.hosts.set(instance.id, host);
    return host;
  }

  /** Returns what clients know hosts by, by instance. */
  identities(): ReadonlyMap<string, HostIdentity> {
    return new Map([...this.hosts].map(([id, { identity }]) => [id, identity]));
  }

  stop(): void {
    for (const host of this.hosts.values()) host.close();
  }

  /**
   * Returns the local port of another host: found by its port here, or by port 22 of its private address as on AWS.
   */
  private portOf(address: string, port: number): number | undefined {
    const isHere = address === LOOPBACK || address === "localhost";
    if (isHere) return [...this.hosts.values()].find((host) => host.port === port) && port;
    if (port !== SSH_PORT) return undefined;
    const { machines } = this.scope.cloud;
    const machine = machines.in(this.scope.region).find(({ facts }) => facts.address === address);
    return this.hosts.get(machine?.id ?? "")?.port;
  }

  /**
   * Returns credentials of the role in its instance profile, renewed well before they expire; none if the role does
   * not trust EC2.
   */
  private session(id: string, profile: string | undefined): SessionCredentials | undefined {
    const { cloud, clock } = this.scope;
    const roleArn = profile && cloud.identity.instanceProfile(profile)?.roleArn;
    if (!roleArn) return undefined;
    const known = this.sessions.get(id);
    const isFresh = known && known.expiration.getTime() - clock.now() > RENEWED_BEFORE_MS;
    if (isFresh && known.principal.roleArn === roleArn) return known;
    try {
      const service = "ec2.amazonaws.com";
      const session = cloud.identity.assumeForService({ roleArn, service, sessionName: id });
      this.sessions.set(id, session);
      return session;
    } catch (error) {
      if (error instanceof AwsError) return undefined;
      throw error;
    }
  }

  private forgetSession(id: string): void {
    const { accessKeyId } = this.sessions.get(id) ?? {};
    if (accessKeyId !== undefined) this.scope.cloud.identity.endSession(accessKeyId);
    this.sessions.delete(id);
  }
}

const SSH_PORT = 22;
const RENEWED_BEFORE_MS = 3_600_000;

/** `POST /_localcloud/ssh` sets how an instance's host behaves from now on. */
export const sshControl: Control<Ec2Store> = {
  fields: ["instanceId", "behaviour"],
  async set({ instanceId, behaviour }, store) {
    const instance = store.instances.get(String(instanceId));
    if (!instance)
      throw new BadControlRequest(
        `'instanceId' must name an instance; ${String(instanceId)} is none.`,
      );
    if (!isBehaviour(behaviour))
      throw new BadControlRequest(`'behaviour' must be one of ${BEHAVIOURS.join(", ")}.`);
    await store.hosts.of(instance).behave(behaviour);
    return {};
  },
};

function isBehaviour(value: unknown): value is Behaviour {
  return BEHAVIOURS.some((one) => one === value);
}
