import { formatArn, parseArn } from "../../core/arn";
import { AwsError } from "../../core/errors";
import { changeChecked } from "../../core/changeChecked";
import type { AccessCheck, CallContext } from "../../core/service";
import { api, conflict, invalid, notFound } from "./api";
import { DEFAULT_GROUP, groups } from "./groups";
import { parseExpression } from "./occurrences";
import { deleteOnce, isRepeated, type Schedule, type SchedulerStore } from "./store";
import { asRole, checkTarget } from "./targets";
import { arm, disarm } from "./timers";

const passRole = ({ Target }: Settings): AccessCheck[] => [
  {
    action: "iam:PassRole",
    resource: Target.RoleArn,
    context: { "iam:PassedToService": "scheduler.amazonaws.com" },
  },
];

export const schedules = api.entity<Schedule>({
  all: (store) => store.schedules,
  key: (name, _context, { GroupName = DEFAULT_GROUP }) => `${String(GroupName)}/${name}`,
  arn: (key, place) => formatArn("scheduler", place, `schedule/${key}`),
  notFound: (name) => notFound(`Schedule ${name} does not exist.`),
  operations: {
    CreateSchedule: {
      names: "Name",
      needs: passRole,
      async does(input, context) {
        const { Name, GroupName = DEFAULT_GROUP } = input;
        groups.at(GroupName, context);
        const key = `${GroupName}/${Name}`;
        const Arn = formatArn("scheduler", context, `schedule/${key}`);
        const { store } = context;
        if (isRepeated(Arn, store.schedules.has(key), input, store)) return { ScheduleArn: Arn };
        const refuseSecond = (): void => {
          if (store.schedules.has(key)) throw conflict(`Schedule ${Name} already exists.`);
        };
        refuseSecond();
        const now = context.clock.date();
        const dates = { CreationDate: now, LastModificationDate: now };
        const schedule = { ...filled(input), ...dates, Arn, GroupName };
        await check(schedule, context);
        // Another request may have created the schedule, or deleted its group, meanwhile.
        groups.at(GroupName, context);
        refuseSecond();
        store.schedules.set(key, schedule);
        arm(schedule, store, now.getTime() - 1);
        return { ScheduleArn: Arn };
      },
    },
    GetSchedule: { on: "Name", run: shown },
    UpdateSchedule: {
      // Members that are not given are reset to their defaults.
      on: "Name",
      needs: passRole,
      run(old, input, context) {
        const { Arn, GroupName, Name, CreationDate } = old;
        const { store } = context;
        const key = `${GroupName}/${Name}`;
        const now = context.clock.date();
        const dates = { CreationDate, LastModificationDate: now };
        const schedule = { ...filled(input), ...dates, Arn, GroupName };
        const find = (): Schedule => {
          const found = store.schedules.get(key);
          if (!found) throw notFound(`Schedule ${Name} does not exist.`);
          return found;
        };
        return changeChecked(
          find,
          () => check(schedule, context),
          (replaced) => {
            disarm(replaced, store);
            store.schedules.set(key, schedule);
            arm(schedule, store, now.getTime());
            return { ScheduleArn: Arn };
          },
        );
      },
    },
    DeleteSchedule: {
      names: "Name",
      does(input, context) {
        const { store } = context;
        const key = `${input.GroupName ?? DEFAULT_GROUP}/${input.Name}`;
        const arn = formatArn("scheduler", context, `schedule/${key}`);
        deleteOnce(arn, input, store, () => {
          const schedule = store.schedules.get(key);
          if (!schedule) throw notFound(`Schedule ${input.Name} does not exist.`);
          disarm(schedule, store);
          store.schedules.delete(key);
        });
      },
    },
    ListSchedules: {
      lists: "Schedules",
      max: 100,
      among: ({ GroupName, NamePrefix = "", State }, { store }) =>
        [...store.schedules.values()].filter(
          (one) =>
            (GroupName === undefined || one.GroupName === GroupName) &&
            one.Name.startsWith(NamePrefix) &&
            (State === undefined || one.State === State),
        ),
      view: (schedule) => ({ ...shown(schedule), Target: { Arn: schedule.Target.Arn } }),
    },
  },
});

type Settings = Omit<Schedule, "Arn" | "GroupName" | "CreationDate" | "LastModificationDate">;

function shown({ next: _next, ...schedule }: Schedule): Omit<Schedule, "next"> {
  return schedule;
}

function filled({ ClientToken: _token, ...input }: Settings): Settings {
  return {
    ...input,
    ScheduleExpressionTimezone: input.ScheduleExpressionTimezone ?? "UTC",
    State: input.State ?? "ENABLED",
    ActionAfterCompletion: input.ActionAfterCompletion ?? "NONE",
    Target: {
      ...input.Target,
      RetryPolicy: {
        MaximumEventAgeInSeconds: 86_400,
        MaximumRetryAttempts: 185,
        ...input.Target.RetryPolicy,
      },
    },
  };
}

/**
 * How far in the past a start date may be.
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
 */
const START_TOLERANCE_MS = 5 * 60_000;

async function check(
  schedule: Schedule,
  { clock, store }: CallContext<SchedulerStore>,
): Promise<void> {
  const { FlexibleTimeWindow: window, StartDate, EndDate, Target } = schedule;
  parseExpression(schedule.ScheduleExpression, schedule.ScheduleExpressionTimezone, 0);
  if ((window.Mode === "FLEXIBLE") !== (window.MaximumWindowInMinutes !== undefined))
    throw invalid("MaximumWindowInMinutes is required with, and only with, the Mode FLEXIBLE.");
  if (StartDate && StartDate.getTime() < clock.now() - START_TOLERANCE_MS)
    throw invalid("The StartDate you specify cannot be earlier than 5 minutes ago.");
  if (StartDate && EndDate && EndDate <= StartDate)
    throw invalid("The EndDate you specify must come after the StartDate you specify.");
  checkTarget(Target);
  if (parseArn(Target.RoleArn)?.service !== "iam")
    throw invalid(`Provided RoleArn is not in correct format: ${Target.RoleArn}`);
  await checkRole(schedule, store);
}

async function checkRole(schedule: Schedule, store: SchedulerStore): Promise<void> {
  try {
    await asRole(schedule, store, () => Promise.resolve());
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid(
      "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    );
  }
}
