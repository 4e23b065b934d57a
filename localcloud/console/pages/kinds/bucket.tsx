import { useSignal } from "@preact/signals";
import type { DeployedResource } from "../../../cloud/program";
import { call } from "../../api";
import { instant } from "../../format";
import { Act, Refresh, Show, Table, Text, useLoaded } from "../load";

interface Listed {
  readonly IsTruncated?: boolean;
  readonly Contents?: readonly {
    readonly Key?: string;
    readonly Size?: number;
    readonly LastModified?: string;
  }[];
}

export function BucketPage({ resource }: { resource: DeployedResource }) {
  const Bucket = resource.id ?? "";
  const objects = useLoaded(Bucket, () => call<Listed>("s3", "ListObjectsV2", { Bucket }));
  const key = useSignal("example.txt");
  const body = useSignal("hello");
  const put = async (): Promise<string> => {
    await call("s3", "PutObject", { Bucket, Key: key.value, Body: body.value });
    objects.reload();
    return "Stored";
  };
  return (
    <>
      <h3>Objects</h3>
      <Refresh of={objects} />
      <Show of={objects}>
        {({ Contents = [], IsTruncated }) => (
          <>
            {IsTruncated && <p class="dim">The first {Contents.length} objects</p>}
            <Table
              none="The bucket is empty."
              head={["Key", "Bytes", "Modified (UTC)"]}
              rows={Contents.map(({ Key, Size, LastModified }) => [
                Key,
                Size,
                instant(LastModified),
              ])}
            />
          </>
        )}
      </Show>
      <h3>Store a text</h3>
      <label class="text">
        Key
        <input value={key} onInput={(event) => (key.value = event.currentTarget.value)} />
      </label>
      <Text label="Text" value={body.value} onText={(text) => (body.value = text)} />
      <Act act={put}>Store</Act>
    </>
  );
}
