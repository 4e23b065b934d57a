import { AwsError, ConnectionLost } from "./errors";
import type { ServicePrincipal } from "./principal";
import type { CloudApi } from "./service";

export interface MetricDimension {
  readonly Name: string;
  readonly Value: string | undefined;
}

export type MetricReading = readonly [metric: string, value: number, unit: string];

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const MAX_DATA = 1000;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const MAX_VALUES = 150;
const MINUTE_MS = 60_000;

/** Values of one metric in one minute; metrics of services have a resolution of one minute. */
interface Gathering {
  readonly Dimensions: readonly MetricDimension[];
  readonly Timestamp: Date;
  readonly MetricName: string;
  readonly Unit: string;
  /** Number of occurrences of each value. */
  readonly counts: Map<number, number>;
}

/** Metrics that a service publishes about itself in a region, gathered into few calls of PutMetricData. */
export class MetricReports {
  /** By place (minute and dimensions) and metric. */
  private gathered = new Map<string, Map<string, Gathering>>();
  private readonly put = (): Promise<void> => this.putAll();

  constructor(
    private readonly cloud: Pick<CloudApi, "call" | "clock" | "gathered">,
    private readonly region: string,
    private readonly namespace: string,
    private readonly principal: ServicePrincipal,
  ) {}

  add(Dimensions: readonly MetricDimension[], readings: readonly MetricReading[]): void {
    const now = this.cloud.clock.now();
    let place = String(Math.floor(now / MINUTE_MS));
    for (const { Name, Value } of Dimensions) place += `\n${Name}\n${Value}`;
    let ofPlace = this.gathered.get(place);
    if (!ofPlace) this.gathered.set(place, (ofPlace = new Map<string, Gathering>()));
    for (const [MetricName, value, Unit] of readings) {
      let gathering = ofPlace.get(MetricName);
      if (!gathering) {
        gathering = { Dimensions, Timestamp: new Date(now), MetricName, Unit, counts: new Map() };
        ofPlace.set(MetricName, gathering);
      }
      gathering.counts.set(value, (gathering.counts.get(value) ?? 0) + 1);
    }
    this.cloud.gathered.atEndOfTurn(this.put);
  }

  private async putAll(): Promise<void> {
    const gatherings = [...this.gathered.values()].flatMap((ofPlace) => [...ofPlace.values()]);
    const data = gatherings.flatMap(metricData);
    this.gathered = new Map();
    for (let at = 0; at < data.length; at += MAX_DATA)
      await this.putSome(data.slice(at, at + MAX_DATA));
  }

  private async putSome(MetricData: readonly object[]): Promise<void> {
    const { principal, region } = this;
    const input = { Namespace: this.namespace, MetricData };
    try {
      await this.cloud.call({
        service: "cloudwatch",
        operation: "PutMetricData",
        input,
        principal,
        region,
      });
    } catch (error) {
      // Metrics are best effort: a failure has no effect.
      if (!(error instanceof AwsError) && !(error instanceof ConnectionLost))
        process.emitWarning(error instanceof Error ? error : String(error));
    }
  }
}

/** Returns one value in the form of a single put; several values with their counts. */
function metricData({ counts, ...rest }: Gathering): object[] {
  const [values, times] = [[...counts.keys()], [...counts.values()]];
  if (values.length === 1 && times[0] === 1) return [{ Value: values[0], ...rest }];
  const data: object[] = [];
  for (let at = 0; at < values.length; at += MAX_VALUES)
    data.push({
      Values: values.slice(at, at + MAX_VALUES),
      Counts: times.slice(at, at + MAX_VALUES),
      ...rest,
    });
  return data;
}
