import { TIME } from "./example";

/**
 * The body of Docker Hub's webhook. It contains no signature, no secret and no delivery id. Source:
 * https://docs.docker.com/docker-hub/repos/manage/webhooks/
 */
export interface DockerHubPush {
  readonly callback_url: string;
  readonly push_data: DockerHubPushData;
  readonly repository: DockerHubRepository;
}

export interface DockerHubPushData {
  /** Seconds since the epoch; with a fraction in older bodies. */
  readonly pushed_at: number;
  readonly pusher: string;
  readonly tag: string;
  readonly images?: readonly string[];
}

export interface DockerHubRepository {
  /** `namespace/name` */
  readonly repo_name: string;
  readonly name: string;
  readonly namespace: string;
  readonly owner: string;
  readonly repo_url: string;
  readonly is_official: boolean;
  readonly is_private: boolean;
  readonly is_trusted: boolean;
  readonly status: string;
  readonly star_count: number;
  /** A text in some bodies. */
  readonly comment_count: number | string;
  readonly date_created: number;
  readonly description: string;
  readonly full_description: string;
  readonly dockerfile: string;
}

/** Changes to the body. */
export interface DockerHubPushOverrides {
  /** `namespace/name`; the repository's other names follow. Default `acme/web`. */
  readonly repoName?: string;
  /** Default `latest`. */
  readonly tag?: string;
  readonly callback_url?: string;
  readonly push_data?: Partial<DockerHubPushData>;
  readonly repository?: Partial<DockerHubRepository>;
}

/** Returns the body for the push of a tag. */
export function dockerHubPush(overrides: DockerHubPushOverrides = {}): DockerHubPush {
  const { repoName = "acme/web", tag = "latest" } = overrides;
  const [namespace, name] = repoName.split("/");
  return {
    callback_url:
      overrides.callback_url ?? `https://registry.hub.docker.com/u/${repoName}/hook/EXAMPLE/`,
    push_data: {
      pushed_at: Date.parse(TIME) / 1000,
      pusher: namespace,
      tag,
      images: [],
      ...overrides.push_data,
    },
    repository: {
      repo_name: repoName,
      name,
      namespace,
      owner: namespace,
      repo_url: `https://hub.docker.com/r/${repoName}`,
      is_official: false,
      is_private: false,
      is_trusted: false,
      status: "Active",
      star_count: 0,
      comment_count: 0,
      date_created: Date.parse(TIME) / 1000 - 86_400,
      description: "",
      full_description: "",
      dockerfile: "",
      ...overrides.repository,
    },
  };
}
