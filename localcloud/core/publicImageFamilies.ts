/** Releases of one of AWS's public images. Their names are AWS's, their ids are invented. */
export interface ImageFamily {
  readonly ownerId: string;
  readonly ownerAlias?: "amazon";
  readonly architecture: Architecture;
  readonly description: string;
  /** Name of an image, with `*` for the version of its release. */
  readonly names: string;
  /** Public parameters that name the newest release. */
  readonly parameters: readonly [string, ...string[]];
  /** From the oldest to the newest. */
  readonly releases: readonly Release[];
  readonly rootDevice: "/dev/xvda" | "/dev/sda1";
  readonly volume: { readonly sizeGib: number; readonly type: "gp2" | "gp3" };
  readonly isWindows?: boolean;
}

export type Architecture = "x86_64" | "arm64";

interface Release {
  readonly version: string;
  readonly createdAt: string;
}

type Owner = Pick<ImageFamily, "ownerId" | "ownerAlias">;
type Details = Pick<ImageFamily, "names" | "parameters" | "releases" | "description">;

const ARCHITECTURES = ["x86_64", "arm64"] as const;

/** https://docs.aws.amazon.com/linux/al2023/ug/ec2.html */
const AMAZON_LINUX_2023 = both((architecture) =>
  linux(architecture, amazon("137112412989"), {
    description: `Amazon Linux 2023 AMI ${architecture} HVM kernel-6.1`,
    names: `al2023-ami-2023.*-kernel-6.1-${architecture}`,
    parameters: [
      `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`,
      `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-${architecture}`,
    ],
    releases: releases("8.20250804.0", "8.20250818.0"),
  }),
);

const AMAZON_LINUX_2023_MINIMAL = both((architecture) =>
  linux(architecture, amazon("137112412989"), {
    description: `Amazon Linux 2023 AMI minimal ${architecture} HVM kernel-6.1`,
    names: `al2023-ami-minimal-2023.*-kernel-6.1-${architecture}`,
    parameters: [
      `/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-default-${architecture}`,
      `/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-6.1-${architecture}`,
    ],
    releases: releases("8.20250804.0", "8.20250818.0"),
  }),
);

/** https://docs.aws.amazon.com/linux/al2/ug/ec2.html */
const AMAZON_LINUX_2 = ["", "kernel-5.10-"].flatMap((kernel) =>
  both((architecture) =>
    linux(architecture, amazon("137112412989"), {
      description: `Amazon Linux 2 ${kernel}AMI ${architecture} HVM gp2`,
      names: `amzn2-ami-${kernel}hvm-2.0.*-${architecture}-gp2`,
      parameters: [
        `/aws/service/ami-amazon-linux-latest/amzn2-ami-${kernel}hvm-${architecture}-gp2`,
      ],
      releases: releases("20250728.1", "20250808.1"),
    }),
  ),
);

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html */
const ECS = both((architecture) => {
  const folder = architecture === "arm64" ? "arm64/" : "";
  return [
    linux(architecture, amazon("591542846629"), {
      description: `Amazon Linux AMI 2023 ${architecture} ECS HVM EBS`,
      names: `al2023-ami-ecs-hvm-2023.0.*-kernel-6.1-${architecture}`,
      parameters: [
        `/aws/service/ecs/optimized-ami/amazon-linux-2023/${folder}recommended/image_id`,
      ],
      releases: releases("20250807", "20250821"),
    }),
    linux(architecture, amazon("591542846629"), {
      description: `Amazon Linux AMI 2.0 ${architecture} ECS HVM EBS`,
      names: `amzn2-ami-ecs-hvm-2.0.*-${architecture}-ebs`,
      parameters: [`/aws/service/ecs/optimized-ami/amazon-linux-2/${folder}recommended/image_id`],
      releases: releases("20250807", "20250821"),
    }),
  ];
}).flat();

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-bottlerocket-retrieve-ami.html */
const BOTTLEROCKET = both((architecture) =>
  linux(architecture, amazon("092701018921"), {
    description: `bottlerocket-aws-ecs-2-${architecture}`,
    names: `bottlerocket-aws-ecs-2-${architecture}-*`,
    parameters: [`/aws/service/bottlerocket/aws-ecs-2/${architecture}/latest/image_id`],
    releases: [
      { version: "v1.44.0-8d3f1b3b", createdAt: "2025-08-06T20:00:00Z" },
      { version: "v1.45.0-d74e96b9", createdAt: "2025-08-20T20:00:00Z" },
    ],
  }),
);

/** https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/ */
const UBUNTU = (
  [
    ["22.04", "jammy", "hvm-ssd", "gp2"],
    ["24.04", "noble", "hvm-ssd-gp3", "gp3"],
  ] as const
).flatMap(([version, codename, storage, type]) =>
  both((architecture): ImageFamily => {
    const arch = debianName(architecture);
    return {
      ...linux(
        architecture,
        { ownerId: "099720109477" },
        {
          description: `Canonical, Ubuntu, ${version}, ${arch} ${codename} image`,
          names: `ubuntu/images/${storage}/ubuntu-${codename}-${version}-${arch}-server-*`,
          parameters: [
            `/aws/service/canonical/ubuntu/server/${version}/stable/current/${arch}/hvm/ebs-${type}/ami-id`,
          ],
          releases: releases("20250805", "20250821"),
        },
      ),
      rootDevice: "/dev/sda1",
      volume: { sizeGib: 8, type },
    };
  }),
);

/** https://wiki.debian.org/Cloud/AmazonEC2Image */
const DEBIAN = (["12", "13"] as const).flatMap((version) =>
  both((architecture): ImageFamily => {
    const arch = debianName(architecture);
    return linux(
      architecture,
      { ownerId: "136693071363" },
      {
        description: `Debian ${version} (${arch})`,
        names: `debian-${version}-${arch}-*`,
        parameters: [`/aws/service/debian/release/${version}/latest/${arch}`],
        releases: releases("20250806-2196", "20250814-2204"),
      },
    );
  }),
);

/** https://docs.aws.amazon.com/ec2/latest/windows-ami-reference/windows-ami-versions.html */
const WINDOWS = ["2019", "2022", "2025"].map((version): ImageFamily => {
  const name = `Windows_Server-${version}-English-Full-Base`;
  return {
    ...linux("x86_64", amazon("801119661308"), {
      description: `Microsoft Windows Server ${version} Full Locale English AMI`,
      names: `${name}-*`,
      parameters: [`/aws/service/ami-windows-latest/${name}`],
      releases: [
        { version: "2025.07.09", createdAt: "2025-07-09T20:00:00Z" },
        { version: "2025.08.13", createdAt: "2025-08-13T20:00:00Z" },
      ],
    }),
    isWindows: true,
    rootDevice: "/dev/sda1",
    volume: { sizeGib: 30, type: "gp2" },
  };
});

export const FAMILIES: readonly ImageFamily[] = [
  ...AMAZON_LINUX_2023,
  ...AMAZON_LINUX_2023_MINIMAL,
  ...AMAZON_LINUX_2,
  ...ECS,
  ...BOTTLEROCKET,
  ...UBUNTU,
  ...DEBIAN,
  ...WINDOWS,
];

function both<Result>(make: (architecture: Architecture) => Result): Result[] {
  return ARCHITECTURES.map(make);
}

function amazon(ownerId: string): Owner {
  return { ownerId, ownerAlias: "amazon" };
}

function linux(architecture: Architecture, owner: Owner, details: Details): ImageFamily {
  const volume = { sizeGib: 8, type: "gp3" } as const;
  return { ...details, ...owner, architecture, rootDevice: "/dev/xvda", volume };
}

/** Returns releases whose versions contain the day on which they were made. */
function releases(...versions: readonly string[]): Release[] {
  return versions.map((version) => {
    const [, year, month, day] = /(\d{4})(\d{2})(\d{2})/.exec(version) ?? [];
    return { version, createdAt: `${year}-${month}-${day}T20:00:00Z` };
  });
}

/** Returns the name of an architecture in Debian and Ubuntu. */
function debianName(architecture: Architecture): "amd64" | "arm64" {
  return architecture === "arm64" ? "arm64" : "amd64";
}
