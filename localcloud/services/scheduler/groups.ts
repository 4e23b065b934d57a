import { parseArn } from "../../core/arn";
import { Retries } from "../../core/retries";
import type { StoreScope } from "../../core/service";
import { readTags } from "../../entities/tags";
import { api, conflict, invalid, notFound } from "./api";
import { deleteOnce, isRepeated, type ScheduleGroup, type SchedulerStore } from "./store";
import { groupArn } from "./targets";
import { disarm } from "./timers";

export const DEFAULT_GROUP = "default";

export const groups = api.entity<ScheduleGroup>({
  all: (store) => store.groups,
  key: (reference) => parseArn(reference)?.resource.replace("schedule-group/", "") ?? reference,
  arn: groupArn,
  notFound: (name) => notFound(`Schedule group ${name} does not exist.`),
  tags: (group) => group.tags,
  operations: {
    CreateScheduleGroup: {
      names: "Name",
      also: ({ Tags }) => (Tags?.length ? ["TagResource"] : []),
      does(input, context) {
        const { store } = context;
        const arn = groupArn(input.Name, context);
        const exists = store.groups.has(input.Name);
        if (isRepeated(arn, exists, input, store)) return { ScheduleGroupArn: arn };
        if (exists) throw conflict(`Schedule group ${input.Name} already exists.`);
        const tags = readTags(input, api.model("CreateScheduleGroup").input, api);
        const group = { ...newGroup(input.Name, context), tags };
        store.groups.set(group.Name, group);
        return { ScheduleGroupArn: group.Arn };
      },
    },
    GetScheduleGroup: { on: "Name", run: ({ tags: _tags, ...group }) => group },
    DeleteScheduleGroup: {
      names: "Name",
      does(input, context) {
        const { Name } = input;
        if (Name === DEFAULT_GROUP) throw invalid("The default schedule group cannot be deleted.");
        const { store } = context;
        deleteOnce(groupArn(Name, context), input, store, () => {
          groups.at(Name, context);
          store.groups.delete(Name);
          deleteSchedulesOf(Name, store);
        });
      },
    },
    ListScheduleGroups: {
      lists: "ScheduleGroups",
      max: 100,
      among: ({ NamePrefix = "" }, { store }) =>
        [...store.groups.values()].filter(({ Name }) => Name.startsWith(NamePrefix)),
      view: ({ tags: _tags, ...group }) => group,
    },
    TagResource: { tags: "ResourceArn" },
    UntagResource: { untags: "ResourceArn" },
    ListTagsForResource: { listsTags: "ResourceArn" },
  },
});

function deleteSchedulesOf(group: string, store: SchedulerStore): void {
  for (const [key, schedule] of store.schedules) {
    if (schedule.GroupName !== group) continue;
    disarm(schedule, store);
    store.schedules.delete(key);
  }
}

export function createSchedulerStore(scope: StoreScope): SchedulerStore {
  const standard = { ...newGroup(DEFAULT_GROUP, scope), tags: new Map<string, string>() };
  const groups = new Map([[DEFAULT_GROUP, standard]]);
  return {
    scope,
    schedules: new Map(),
    groups,
    creations: new Map(),
    deletions: new Map(),
    retries: new Retries(scope.clock),
  };
}

function newGroup(
  Name: string,
  place: Pick<StoreScope, "region" | "accountId" | "clock">,
): Omit<ScheduleGroup, "tags"> {
  const now = place.clock.date();
  const Arn = groupArn(Name, place);
  return { Arn, Name, State: "ACTIVE", CreationDate: now, LastModificationDate: now };
}
