/** The program that an instance runs, with its settings. */
export interface Boot {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  /** SHA-256 of the program, in hexadecimal digits. */
  readonly sha256: string;
  readonly region: string;
  readonly environment: Readonly<Record<string, string>>;
}

const FOLDER = "/opt/worker";
const METADATA = "http://169.254.169.254/latest";

/**
 * Returns the boot script. It installs the program on an instance and keeps it running, with only the capabilities that
 * isolating builds requires. An instance whose setup fails shuts down, so that its group starts another one.
 *
 * The local cloud runs no boot script: it runs the program that the line `# localcloud-program` names.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
 * https://docs.aws.amazon.com/linux/al2023/ug/nodejs.html
 */
export function userDataOf({ region, sha256, environment, ...program }: Boot): string {
  const { bucket, key, versionId } = program;
  const variables = { AWS_REGION: region, ...environment };
  return `#!/bin/bash
# localcloud-program: ${JSON.stringify({ ...program, environment })}
set -euo pipefail
trap 'shutdown -h now' ERR
command -v node || dnf install -y nodejs24
mkdir -p --mode=700 ${FOLDER}
aws s3api get-object --region ${region} --bucket ${quoted(bucket)} --key ${quoted(key)} \\
  --version-id ${quoted(versionId)} ${FOLDER}/worker.js
echo '${sha256}  ${FOLDER}/worker.js' | sha256sum --check
token=$(curl -sSf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' ${METADATA}/api/token)
instance=$(curl -sSf -H "X-aws-ec2-metadata-token: $token" ${METADATA}/meta-data/instance-id)
cat >${FOLDER}/environment <<'END'
${Object.entries(variables).map(assignment).join("\n")}
END
echo "INSTANCE_ID=$instance" >>${FOLDER}/environment
cat >/etc/systemd/system/worker.service <<'END'
${UNIT}END
systemctl daemon-reload
systemctl enable --now worker
`;
}

/**
 * Capabilities that root keeps: for mounts, namespaces and the loopback device of sandboxes, for their user, and for
 * that user's files.
 * https://man7.org/linux/man-pages/man7/capabilities.7.html
 */
export const CAPABILITIES =
  "CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_KILL CAP_NET_ADMIN CAP_SETGID CAP_SETPCAP CAP_SETUID CAP_SYS_ADMIN CAP_SYS_CHROOT";

/** systemd restarts the program when it ends; if it does not start, the instance shuts down. */
const UNIT = `[Unit]
Description=Brings zips into service as Lambda functions
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=600
StartLimitBurst=20
StartLimitAction=poweroff

[Service]
CapabilityBoundingSet=${CAPABILITIES}
EnvironmentFile=${FOLDER}/environment
ExecStart=/usr/bin/env node ${FOLDER}/worker.js
Restart=always
RestartSec=5
NoNewPrivileges=yes
PrivateTmp=yes
ProtectHome=yes
ProtectSystem=strict

[Install]
WantedBy=multi-user.target
`;

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Writes a variable as systemd reads it: https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html
 * (EnvironmentFile).
 */
function assignment([name, value]: [string, string]): string {
  return `${name}="${value.replace(/["\\`$]/g, "\\$&")}"`;
}
