import { AwsError } from "../../../core/errors";
import { servicePrincipal } from "../../../core/principal";
import type { CloudApi } from "../../../core/service";
import type { Clock, ClockTimer } from "../../../core/clock";
import { detached } from "../../../core/trace";
import { invalidParameter } from "./errors";
import { functionArn } from "./functionReference";
import type { CodePackage, CodeSource, FunctionVersion, LambdaFunction } from "./model";
import { LAMBDA_PRINCIPAL } from "./roleSession";

/** AWS says only that Lambda reads the object periodically. */
const INTERVAL_MS = 3_600_000;

interface Place {
  readonly cloud: CloudApi;
  readonly region: string;
}

/**
 * Reads the object as Lambda itself, for this function: the bucket policy decides, and may name the function in
 * `aws:SourceArn`.
 *
 * @throws InvalidParameterValueException if Lambda may not read it, with the text that the AWS CLI's tests of its web
 * functions contain (https://github.com/aws/aws-cli), or if it is gone.
 */
export async function readSource(
  { bucket, key, versionId }: CodeSource,
  { cloud, region }: Place,
  sourceArn: string,
): Promise<Uint8Array> {
  const principal = servicePrincipal(LAMBDA_PRINCIPAL, sourceArn, cloud.accountId);
  const input = { Bucket: bucket, Key: key, VersionId: versionId };
  try {
    const { Body } = await cloud.call<{ readonly Body: Uint8Array }>({
      service: "s3",
      operation: "GetObject",
      input,
      principal,
      region,
    });
    return Body;
  } catch (error) {
    if (!(error instanceof AwsError) || (error.status ?? 400) >= 500) throw error;
    throw error.status === 403
      ? invalidParameter(
          `Lambda service principal ${LAMBDA_PRINCIPAL} does not have s3:GetObject and s3:GetObjectVersion ` +
            `permission on s3://${bucket}/${key}. Update the bucket policy to grant the Lambda service ` +
            "principal access and retry.",
        )
      : invalidParameter(
          `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
        );
  }
}

interface Functions extends Place {
  readonly clock: Clock;
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly place: { readonly region: string; readonly accountId: string };
}

/**
 * Checks from time to time that Lambda can still read the objects that functions refer to. A version whose object it
 * cannot read becomes Inactive.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-self-managed-storage.html#self-managed-storage-lifecycle
 */
export class CodeSources {
  private timer: ClockTimer | undefined;

  constructor(private readonly store: Functions) {}

  /** Begins the checks, unless the code is a copy. */
  watch({ source }: CodePackage): void {
    if (source === undefined) return;
    const check = (): Promise<void> => detached(() => this.check());
    this.timer ??= this.store.clock.setTimeout(check, INTERVAL_MS);
  }

  /** Makes inactive published versions active again if Lambda can read their objects again. */
  async restore({ name, published }: LambdaFunction): Promise<void> {
    for (const version of published)
      if (version.isInactive && (await this.isReadable(name, version))) version.isInactive = false;
  }

  stop(): void {
    this.store.clock.clearTimeout(this.timer);
  }

  private async check(): Promise<void> {
    this.timer = undefined;
    for (const { name, latest, published } of [...this.store.functions.values()])
      for (const version of [latest, ...published]) {
        if (!version.settings.code.source) continue;
        this.watch(version.settings.code);
        const { settings } = version;
        const isReadable = await this.isReadable(name, version);
        // An update has read the code itself: what was found about the settings before it no longer counts.
        if (!isReadable && version.settings === settings) version.isInactive = true;
      }
  }

  private async isReadable(name: string, { settings }: FunctionVersion): Promise<boolean> {
    const { source } = settings.code;
    if (!source) return true;
    try {
      await readSource(source, this.store, functionArn(this.store.place, name));
      return true;
    } catch (error) {
      // A fault of the cloud itself says nothing about the object.
      return !(error instanceof AwsError) || error.code !== "InvalidParameterValueException";
    }
  }
}
