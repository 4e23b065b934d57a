import { AwsError } from "../../../core/errors";
import { NoShell } from "../../../core/machines/machine";
import { closed } from "../../../core/machines/machineProcess";
import { packageFile } from "../../../core/packageRoot";
import type { StoreScope } from "../../../core/service";
import type { StoredInstance } from "../store";

/** A program in a bucket that an instance runs: JavaScript for Node.js in one file. */
export interface InstanceProgram {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Delay between the end of a program and its restart; a usual value of systemd services. */
const RESTART_MS = 5_000;
/** Maximum number of characters of its output that are kept. EC2 keeps the same number of bytes of a console. */
const KEPT = 65_536;

/** Runs the code from standard input, with dates that start at the cloud's time. */
const COMMAND = `cat >program.js && exec "$LOCALCLOUD_NODE" -e '
require(process.env.LOCALCLOUD_TIME).follow(Number(process.env.LOCALCLOUD_AHEAD_MS));
require("./program.js");' </dev/null`;

/**
 * Programs that instances run. Boot scripts do not run here; instead, one line of a script names the program that it
 * would start:
 *
 *     # localcloud-program: {"bucket": "code", "key": "worker.js", "versionId": "...", "environment": {"QUEUE": "..."}}
 *
 * The object is read with the instance's role. It runs as long as the instance does, as a process of this computer
 * with the role's credentials, `AWS_ENDPOINT_URL` and `INSTANCE_ID` in its environment. Its output goes to the
 * instance's console.
 */
export class InstancePrograms {
  private readonly consoles = new Map<string, string>();

  constructor(private readonly scope: StoreScope) {}

  /** Starts the program of an instance that has booted. */
  async start(instance: StoredInstance): Promise<void> {
    const program = programOf(instance.userData);
    if (!program) return;
    try {
      await this.run(instance, program, await this.read(instance, program));
    } catch (error) {
      if (!(error instanceof AwsError || error instanceof NoShell)) throw error;
      this.print(instance, `The program s3://${program.bucket}/${program.key}: ${error.message}\n`);
    }
  }

  /** Returns the program's output, and the reason if it could not start. */
  consoleOf({ id }: StoredInstance): string {
    return this.consoles.get(id) ?? "";
  }

  forget({ id }: StoredInstance): void {
    this.consoles.delete(id);
  }

  private async read(
    { id }: StoredInstance,
    { bucket: Bucket, key: Key, versionId: VersionId }: InstanceProgram,
  ): Promise<Uint8Array> {
    const { cloud, region } = this.scope;
    const principal = cloud.machines.at(id)?.facts.session()?.principal;
    if (!principal) throw new AwsError("AccessDenied", "the instance has no role to read it with");
    const input = { Bucket, Key, ...(VersionId !== undefined && { VersionId }) };
    const call = { service: "s3", operation: "GetObject", input, principal, region };
    // Calls within the cloud return the body as bytes, not as a stream.
    return (await cloud.call<{ readonly Body: Uint8Array }>(call)).Body;
  }

  private async run(
    instance: StoredInstance,
    program: InstanceProgram,
    code: Uint8Array,
  ): Promise<void> {
    const { cloud, clock } = this.scope;
    const machine = cloud.machines.at(instance.id);
    if (!machine?.isUp) return;
    const started = await machine.run({
      user: "root",
      command: COMMAND,
      variables: {
        ...program.environment,
        INSTANCE_ID: instance.id,
        LOCALCLOUD_NODE: process.execPath,
        LOCALCLOUD_TIME: packageFile("services/lambda/runtime/node/cloudTime.cjs"),
        LOCALCLOUD_AHEAD_MS: `${clock.now() - Date.now()}`,
      },
    });
    for (const stream of [started.stdout, started.stderr])
      stream.on("data", (chunk) => this.print(instance, String(chunk)));
    started.stdin.on("error", () => undefined).end(code);
    void closed(started).then(() => {
      if (!machine.isUp) return;
      clock.setTimeout(() => this.run(instance, program, code), RESTART_MS);
    });
  }

  private print({ id }: StoredInstance, text: string): void {
    this.consoles.set(id, ((this.consoles.get(id) ?? "") + text).slice(-KEPT));
  }
}

/** Returns the program that user data names; undefined if there is none. */
export function programOf(userData = ""): InstanceProgram | undefined {
  const text = Buffer.from(userData, "base64").toString("utf8");
  const [, given] = /^# localcloud-program: (\{.*\})$/m.exec(text) ?? [];
  if (given === undefined) return undefined;
  try {
    const program = JSON.parse(given) as Partial<InstanceProgram>;
    const { bucket, key } = program;
    return bucket === undefined || key === undefined ? undefined : { ...program, bucket, key };
  } catch {
    return undefined;
  }
}
