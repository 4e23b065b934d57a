import type {
  ListAccountSettingsRequest,
  ListAccountSettingsResponse,
  PutAccountSettingDefaultRequest,
  PutAccountSettingDefaultResponse,
  PutAccountSettingRequest,
  PutAccountSettingResponse,
  Setting,
  SettingName,
} from "@aws-sdk/client-ecs";
import { principalArn } from "../../../core/principal";
import type { Operation } from "../../../core/service";
import { invalidParameter } from "../model/errors";
import { listPage } from "../model/listPage";
import type { EcsStore } from "../store";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html */
const DEFAULTS: Readonly<Record<SettingName, string>> = {
  awsvpcTrunking: "disabled",
  containerInsights: "disabled",
  containerInstanceLongArnFormat: "enabled",
  defaultLogDriverMode: "non-blocking",
  fargateEventWindows: "disabled",
  fargateFIPSMode: "disabled",
  fargateTaskRetirementWaitPeriod: "7",
  guardDutyActivate: "off",
  serviceLongArnFormat: "enabled",
  tagResourceAuthorization: "on",
  taskLongArnFormat: "enabled",
};

const SWITCH = ["enabled", "disabled"];

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSetting.html */
const VALUES: Readonly<Record<SettingName, readonly string[]>> = {
  awsvpcTrunking: SWITCH,
  containerInsights: [...SWITCH, "enhanced"],
  containerInstanceLongArnFormat: SWITCH,
  defaultLogDriverMode: ["blocking", "non-blocking"],
  fargateEventWindows: SWITCH,
  fargateFIPSMode: SWITCH,
  fargateTaskRetirementWaitPeriod: ["0", "7", "14"],
  guardDutyActivate: ["on", "off"],
  serviceLongArnFormat: SWITCH,
  tagResourceAuthorization: ["on", "off"],
  taskLongArnFormat: SWITCH,
};

export const listAccountSettings: Operation<
  EcsStore,
  ListAccountSettingsRequest,
  ListAccountSettingsResponse
> = {
  run(input, { store, accountId }) {
    if (input.value !== undefined && input.name === undefined)
      throw invalidParameter("Specify a setting name to filter the settings by value.");
    const owner = `arn:aws:iam::${accountId}:root`;
    const names = Object.keys(DEFAULTS).map(checkName);
    const settings = names.flatMap((name): Setting[] => {
      const put = store.accountSettings.get(name);
      if (put) return [put];
      return input.effectiveSettings ? [{ name, value: DEFAULTS[name], principalArn: owner }] : [];
    });
    const { items, nextToken } = listPage(
      settings.filter(
        ({ name, value }) =>
          (input.name ?? name) === name && (input.value === undefined || input.value === value),
      ),
      input,
      { key: ({ name = "" }) => name, defaultSize: 10 },
    );
    return { settings: [...items], nextToken };
  },
};

export const putAccountSetting: Operation<
  EcsStore,
  PutAccountSettingRequest,
  PutAccountSettingResponse
> = {
  run: (input, { store, principal }) => ({
    setting: put(store, input, input.principalArn ?? principalArn(principal)),
  }),
};

export const putAccountSettingDefault: Operation<
  EcsStore,
  PutAccountSettingDefaultRequest,
  PutAccountSettingDefaultResponse
> = {
  run: (input, { store, accountId }) => ({
    setting: put(store, input, `arn:aws:iam::${accountId}:root`),
  }),
};

function put(
  store: EcsStore,
  input: { name: string | undefined; value: string | undefined },
  principal: string,
): Setting {
  const name = checkName(input.name ?? "");
  if (!VALUES[name].includes(input.value ?? ""))
    throw invalidParameter(
      `Invalid value for the setting ${name}: ${input.value}. Valid values are ${VALUES[name].join(", ")}.`,
    );
  const setting = {
    name,
    value: input.value,
    principalArn: principal,
  };
  store.accountSettings.set(setting.name, setting);
  return setting;
}

function checkName(name: string): SettingName {
  const known = (Object.keys(DEFAULTS) as SettingName[]).find((one) => one === name);
  if (!known) throw invalidParameter(`Invalid setting name: ${name}.`);
  return known;
}
