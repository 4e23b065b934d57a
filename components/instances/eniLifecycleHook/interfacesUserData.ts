/** How an instance waits for its additional interfaces when it starts. */
export interface InterfacesUserDataArgs {
  /** Number of additional interfaces, 1 to 15. Default 1. */
  count?: number;
  /** Seconds after which it continues without them. Default 600. */
  timeout?: number;
  /**
   * `amazonLinux` configures the routing of each interface itself; `ubuntu` is set up to configure hot-plugged ones.
   * Default `amazonLinux`.
   */
  os?: "amazonLinux" | "ubuntu";
}

/**
 * Returns the beginning of a user data script: it waits until the interfaces are attached and have an address, so that
 * the programs that the rest of the script starts can use them.
 * https://docs.aws.amazon.com/linux/al2023/ug/networking-service.html
 * https://cloudinit.readthedocs.io/en/latest/explanation/events.html (hotplug)
 */
export function interfacesUserData({
  count = 1,
  timeout = 600,
  os = "amazonLinux",
}: InterfacesUserDataArgs = {}): string {
  const hotplug = [
    "cat > /etc/cloud/cloud.cfg.d/99-hotplug.cfg <<'EOF'",
    "updates:",
    "  network:",
    "    when: [boot, hotplug]",
    "EOF",
    "cloud-init devel hotplug-hook -s net enable || cloud-init devel hotplug-hook enable -s net || true",
  ];
  return [
    "#!/bin/bash",
    ...(os === "ubuntu" ? hotplug : []),
    `deadline=$((SECONDS + ${timeout}))`,
    "# Loopback and tunnels have no device.",
    `until [ "$(ls -d /sys/class/net/*/device 2>/dev/null | wc -l)" -gt ${count} ] &&`,
    `  [ "$(ip -4 -o addr show scope global up | awk '{print $2}' | sort -u | wc -l)" -gt ${count} ]; do`,
    "  if [ $SECONDS -ge $deadline ]; then echo 'interfaces are missing' >&2; break; fi",
    "  sleep 2",
    "done",
    "",
  ].join("\n");
}
