import type {
  LaunchTemplateVersion,
  RequestLaunchTemplateData,
  ResponseLaunchTemplateData,
  ValidationWarning,
} from "@aws-sdk/client-ec2";
import { formatArn } from "../../../core/arn";
import { AwsError } from "../../../core/errors";
import { principalArn } from "../../../core/principal";
import { api } from "../api";
import { ec2Error } from "../errors";
import { selectResources, newId, shown, tagsOfNewResource } from "../queries/described";
import { checkLaunch } from "./launchChecks";
import type { Ec2Store, StoredTemplate } from "../store";

/** A reference to a template in a request, by id or by name. */
export interface TemplateReference {
  readonly LaunchTemplateId?: string;
  readonly LaunchTemplateName?: string;
}

export const launchTemplates = api.entity<StoredTemplate>({
  all: (store) => store.launchTemplates,
  key: (id, { store }, input) => id || (idOf(input, store) ?? ""),
  arn: (id, place) => formatArn("ec2", place, `launch-template/${id || "*"}`),
  notFound: (id) =>
    id
      ? ec2Error(
          "InvalidLaunchTemplateId.NotFound",
          `The specified launch template, with template ID ${id}, does not exist.`,
        )
      : noSuchName(),
  tags: (template) => template.tags,
  operations: {
    CreateLaunchTemplate: {
      names: "LaunchTemplateName",
      does({ LaunchTemplateName: name, LaunchTemplateData, ...input }, context) {
        const { store, clock, principal } = context;
        if (idOf({ LaunchTemplateName: name }, store) !== undefined)
          throw ec2Error(
            "InvalidLaunchTemplateName.AlreadyExistsException",
            "Launch template name already in use.",
          );
        const id = newId("lt");
        const template: StoredTemplate = {
          id,
          tags: tagsOfNewResource(input.TagSpecifications, "launch-template"),
          versions: new Map(),
          shape: {
            LaunchTemplateId: id,
            LaunchTemplateName: name,
            CreateTime: clock.date(),
            CreatedBy: principalArn(principal),
            DefaultVersionNumber: 1,
            LatestVersionNumber: 0,
          },
        };
        addVersion(template, LaunchTemplateData, input.VersionDescription);
        store.launchTemplates.set(id, template);
        return { LaunchTemplate: shown(template), ...warningOf(LaunchTemplateData) };
      },
    },
    CreateLaunchTemplateVersion: {
      on: "LaunchTemplateId",
      run(template, { LaunchTemplateData, SourceVersion, VersionDescription }) {
        const source = SourceVersion === undefined ? {} : dataOf(template, SourceVersion);
        // Given members replace those of the source version, which has the type of a response.
        const data = { ...(source as RequestLaunchTemplateData), ...LaunchTemplateData };
        const LaunchTemplateVersion = addVersion(template, data, VersionDescription);
        return { LaunchTemplateVersion, ...warningOf(data) };
      },
    },
    ModifyLaunchTemplate: {
      on: "LaunchTemplateId",
      run(template, { DefaultVersion = "$Default" }) {
        const { VersionNumber } = findVersion(template, DefaultVersion);
        template.shape = { ...template.shape, DefaultVersionNumber: VersionNumber };
        return { LaunchTemplate: shown(template) };
      },
    },
    DescribeLaunchTemplates: {
      lists: "LaunchTemplates",
      max: 200,
      among({ LaunchTemplateIds, LaunchTemplateNames, Filters }, context) {
        const { launchTemplates: all } = context.store;
        for (const id of LaunchTemplateIds ?? []) launchTemplates.at(id, context);
        const names = LaunchTemplateNames ?? [];
        for (const name of names)
          if (idOf({ LaunchTemplateName: name }, context.store) === undefined) throw noSuchName();
        return selectResources(
          all,
          "launchTemplate",
          LaunchTemplateIds,
          "DescribeLaunchTemplates",
          Filters,
        ).filter(
          ({ shape }) => names.length === 0 || names.includes(shape.LaunchTemplateName ?? ""),
        );
      },
      view: shown,
    },
    DescribeLaunchTemplateVersions: {
      on: "LaunchTemplateId",
      run(template, { Versions }) {
        const versions = Versions?.length
          ? Versions.map((version) => findVersion(template, version))
          : [...template.versions.values()].reverse();
        return { LaunchTemplateVersions: versions.map((one) => shownVersion(template, one)) };
      },
    },
    DeleteLaunchTemplate: {
      on: "LaunchTemplateId",
      run(template, _input, { store }) {
        store.launchTemplates.delete(template.id);
        return { LaunchTemplate: shown(template) };
      },
    },
  },
});

/** Returns the data of a version: a number, `$Latest` or `$Default`. */
export function dataOf(template: StoredTemplate, version = "$Default"): ResponseLaunchTemplateData {
  return findVersion(template, version).LaunchTemplateData ?? {};
}

export function findVersion(template: StoredTemplate, version: string): LaunchTemplateVersion {
  const { DefaultVersionNumber = 1, LatestVersionNumber = 1 } = template.shape;
  const number =
    version === "$Latest"
      ? LatestVersionNumber
      : version === "$Default"
        ? DefaultVersionNumber
        : Number(version);
  const found = template.versions.get(number);
  if (found) return found;
  throw ec2Error(
    "InvalidLaunchTemplateId.VersionNotFound",
    `Could not find the specified version ${version} for the launch template with ID ${template.id}.`,
  );
}

function noSuchName(): AwsError {
  return ec2Error(
    "InvalidLaunchTemplateName.NotFoundException",
    "The specified launch template, with that template name, does not exist.",
  );
}

function idOf(
  { LaunchTemplateName: name }: TemplateReference,
  store: Ec2Store,
): string | undefined {
  if (name === undefined) return undefined;
  const all = [...store.launchTemplates.values()];
  return all.find(({ shape }) => shape.LaunchTemplateName === name)?.id;
}

function addVersion(
  template: StoredTemplate,
  data: RequestLaunchTemplateData,
  VersionDescription: string | undefined,
): LaunchTemplateVersion {
  const { LaunchTemplateId, LaunchTemplateName, LatestVersionNumber = 0 } = template.shape;
  const VersionNumber = LatestVersionNumber + 1;
  const version: LaunchTemplateVersion = {
    LaunchTemplateId,
    LaunchTemplateName,
    VersionNumber,
    VersionDescription,
    CreateTime: template.shape.CreateTime,
    CreatedBy: template.shape.CreatedBy,
    // Types of request and response differ for a few members that this cloud only stores.
    LaunchTemplateData: data,
  };
  template.versions.set(VersionNumber, version);
  template.shape = { ...template.shape, LatestVersionNumber: VersionNumber };
  return shownVersion(template, version);
}

/**
 * Returns the warning about data that no instance can be launched with.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ValidationWarning.html
 */
function warningOf(data: RequestLaunchTemplateData): { Warning?: ValidationWarning } {
  try {
    checkLaunch(data);
    return {};
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { Warning: { Errors: [{ Code: error.code, Message: error.message }] } };
  }
}

function shownVersion(
  { shape }: StoredTemplate,
  version: LaunchTemplateVersion,
): LaunchTemplateVersion {
  return { ...version, DefaultVersion: version.VersionNumber === shape.DefaultVersionNumber };
}
