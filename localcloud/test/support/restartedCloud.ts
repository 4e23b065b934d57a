import { deserialize, serialize } from "node:v8";
import { type Cloud, type CloudOptions, startCloud } from "../../cloud/cloud";
import { restoreCloud, saveCloud, type SavedCloud } from "../../cloud/savedCloud";

/** Ends a cloud, and starts another one on its port that continues with its state after `meanwhile` milliseconds. */
export async function restart(
  cloud: Cloud,
  meanwhile = 0,
  options: CloudOptions = {},
): Promise<Cloud> {
  const port = Number(new URL(cloud.endpoint).port);
  const saved = await saveAndClose(cloud);
  const next = await startCloud({ clock: "manual", ...options, port });
  await restoreCloud(next, { ...saved, ahead: saved.ahead + meanwhile });
  return next;
}

/** Ends a cloud, and returns its state as a file keeps it. */
export async function saveAndClose(cloud: Cloud): Promise<SavedCloud> {
  const saved: SavedCloud[] = [];
  await cloud.close(async () => {
    // Only a structured clone of the same shape is written and read.
    saved.push(deserialize(serialize(await saveCloud(cloud))) as SavedCloud);
  });
  return saved[0];
}
