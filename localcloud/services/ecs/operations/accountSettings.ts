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

export const listAccountSettings: Operation<
  EcsStore,
  ListAccountSettingsRequest,
  ListAccountSettingsResponse
> = {
  run(input, { store, accountId }) {
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
  const setting = {
    name: checkName(input.name ?? ""),
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
