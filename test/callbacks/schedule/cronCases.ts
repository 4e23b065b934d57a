/**
 * Every cron expression in AWS's guides, with the guide's description; the time follows from the calendar.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchevents-expressions.html
 */
export const PUBLISHED: [cron: string, says: string, expected: string][] = [
  ["0 10 * * ? *", "10:00 am every day", "2026-11-21T10:00"],
  ["15 12 * * ? *", "12:15 pm every day", "2026-11-20T12:15"],
  ["15 10 * * ? *", "10:15 am every day", "2026-11-21T10:15"],
  ["0 18 ? * MON-FRI *", "6:00 pm Monday through Friday", "2026-11-20T18:00"],
  ["0 8 1 * ? *", "8:00 am on the first of every month", "2026-12-01T08:00"],
  ["0/10 * ? * MON-FRI *", "every 10 minutes Monday through Friday", "2026-11-20T10:40"],
  [
    "0/5 8-17 ? * MON-FRI *",
    "every 5 minutes from 8:00 am to 5:55 pm on weekdays",
    "2026-11-20T10:35",
  ],
  [
    "0/30 20-2 ? * MON-FRI *",
    "every 30 minutes from 10 pm on the starting day to 2 am",
    "2026-11-20T20:00",
  ],
  ["0/15 * * * ? *", "every 15 minutes", "2026-11-20T10:45"],
  ["0 9 ? * 2#1 *", "9:00 am on the first Monday of each month", "2026-12-07T09:00"],
  ["15 10 ? * 6L 2022-2028", "10:15 am on the last Friday of every month", "2026-11-27T10:15"],
  ["0 12 * * ? *", "12:00 pm every day", "2026-11-20T12:00"],
  ["5,35 14 * * ? *", "2:05 pm and 2:35 pm every day", "2026-11-20T14:05"],
  ["0 0 3W * ? *", "the weekday closest to the third of the month", "2026-12-03T00:00"],
  ["0 9 L * ? *", "the last day of the month", "2026-11-30T09:00"],
  ["0 9 ? * 3#2 *", "the second Tuesday of each month", "2026-12-08T09:00"],
];

/** Worked out manually from the calendar, each with the rule that it shows. */
export const BY_HAND: [cron: string, rule: string, expected: string | undefined][] = [
  ["0 22-2 * * ? *", "hours may pass midnight", "2026-11-20T22:00"],
  ["0 23-1 * * ? 2026", "a range that passes the end goes on at 0", "2026-11-20T23:00"],
  ["50-10 9 * * ? *", "minutes may pass the hour: 50 to 59 and 0 to 10", "2026-11-21T09:00"],
  ["0 9 28-3 * ? *", "days may pass the end of the month", "2026-11-28T09:00"],
  ["0 9 1 NOV-FEB ? *", "months may pass the end of the year", "2026-12-01T09:00"],
  ["0 9 ? * FRI-MON *", "days of the week may pass Saturday", "2026-11-21T09:00"],
  ["0 9 ? * 6-2 *", "the same by numbers: Friday to Monday", "2026-11-21T09:00"],
  ["0 11 ? * FRI-MON *", "the first day of such a range counts", "2026-11-20T11:00"],
  ["0 9 ? * L *", "a bare L is Saturday, the last day of the week", "2026-11-21T09:00"],
  ["0 9 ? * 7L *", "the last Saturday of the month", "2026-11-28T09:00"],
  ["0 9 ? * SUNL *", "names take L as well: the last Sunday", "2026-11-29T09:00"],
  ["0 9 ? * 5L *", "the last Thursday of November 2026 is the 26th", "2026-11-26T09:00"],
  ["0 9 LW * ? *", "the last weekday: 30 November 2026 is a Monday", "2026-11-30T09:00"],
  ["0 9 LW 1 ? *", "31 January 2027 is a Sunday: Friday the 29th", "2027-01-29T09:00"],
  ["0 9 LW 2 ? *", "28 February 2027 is a Sunday: Friday the 26th", "2027-02-26T09:00"],
  [
    "0 9 31W * ? *",
    "31W runs in months with 31 days only: December, a Thursday",
    "2026-12-31T09:00",
  ],
  [
    "0 9 31W 10 ? *",
    "31 October 2027 is a Sunday, and November is another month: Friday the 29th",
    "2027-10-29T09:00",
  ],
  ["0 9 1W 8 ? *", "1 August 2027 is a Sunday: Monday the 2nd", "2027-08-02T09:00"],
  [
    "0 9 1W 5 ? *",
    "1 May 2027 is a Saturday, and April is another month: Monday the 3rd",
    "2027-05-03T09:00",
  ],
  ["0 9 15W 11 ? *", "15 November 2026 is over; 15 November 2027 is a Monday", "2027-11-15T09:00"],
  [
    "0 9 21W 11 ? 2026",
    "21 November 2026 is a Saturday: Friday the 20th, which is over at 10:30",
    undefined,
  ],
  ["0 11 21W 11 ? 2026", "the same at 11:00 is today", "2026-11-20T11:00"],
  ["0 9 ? * 2#5 *", "the fifth Monday: 30 November 2026", "2026-11-30T09:00"],
  ["0 9 ? * 1#5 *", "November has five Sundays: the 29th", "2026-11-29T09:00"],
  ["0 9 ? * 6#3 *", "the third Friday is today, and over: 18 December", "2026-12-18T09:00"],
  [
    "0 9 ? 2 MON#5 *",
    "a fifth Monday in February needs 29 of them from a Monday on",
    "2044-02-29T09:00",
  ],
  ["0 0 29 2 ? *", "29 February comes in leap years", "2028-02-29T00:00"],
  ["0 0 29 2 ? 2027", "2027 is none", undefined],
  ["0 0 29 2 ? 2100", "2100 is none either: a century that 400 does not divide", undefined],
  ["0 0 29 2 ? 2029-2099", "the next one after 2028", "2032-02-29T00:00"],
  ["59 23 31 12 ? *", "the last minute of the year", "2026-12-31T23:59"],
  ["0 0 1 1 ? *", "the first of the next", "2027-01-01T00:00"],
  ["0 0 1 1 ? 2199", "the last year that the grammar has", "2199-01-01T00:00"],
  ["0 0 31 4,6,9,11 ? *", "no month with 30 days has a 31st", undefined],
  ["0 0 30 FEB ? *", "nor has February a 30th", undefined],
  ["0 9 * * ? 2025", "a year that is over", undefined],
  ["30 10 20 11 ? 2026", "the minute of now has begun: it is not the next", undefined],
  ["31 10 20 11 ? 2026", "the minute after it is", "2026-11-20T10:31"],
  ["7/20 * * * ? *", "a step from a number goes to the end: 7, 27, 47", "2026-11-20T10:47"],
  ["0 1-23/11 * * ? *", "a step over a range: 1, 12, 23", "2026-11-20T12:00"],
  ["0 9 */10 * ? *", "a star with a step begins at 1: 1, 11, 21, 31", "2026-11-21T09:00"],
  ["0 9 ? jan mon *", "names are read in any case", "2027-01-04T09:00"],
];

/**
 * Days on which clocks change: a time that spring skips has no run, and one that occurs twice in autumn runs once.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html (Daylight savings time)
 */
export const CHANGES: [
  timezone: string,
  cron: string,
  after: string,
  expected: string,
  what: string,
][] = [
  [
    "Europe/Berlin",
    "30 2 * * ? *",
    "2026-03-28T12:00Z",
    "2026-03-30T00:30",
    "02:30 of 29 March is skipped",
  ],
  ["Europe/Berlin", "0 3 * * ? *", "2026-03-28T12:00Z", "2026-03-29T01:00", "03:00 follows 01:59"],
  [
    "Europe/Berlin",
    "30 2 * * ? *",
    "2026-10-24T12:00Z",
    "2026-10-25T00:30",
    "the first 02:30 of 25 October",
  ],
  ["Europe/Berlin", "30 2 * * ? *", "2026-10-25T00:30Z", "2026-10-26T01:30", "and not the second"],
  [
    "America/New_York",
    "30 2 * * ? *",
    "2026-03-07T12:00Z",
    "2026-03-09T06:30",
    "02:30 of 8 March is skipped",
  ],
  [
    "America/New_York",
    "30 1 * * ? *",
    "2026-10-31T12:00Z",
    "2026-11-01T05:30",
    "the first 01:30 of 1 November",
  ],
  [
    "America/New_York",
    "30 1 * * ? *",
    "2026-11-01T05:30Z",
    "2026-11-02T06:30",
    "and not the second",
  ],
  [
    "Australia/Lord_Howe",
    "15 2 * * ? *",
    "2026-10-03T00:00Z",
    "2026-10-04T15:15",
    "half an hour: 02:15 of 4 October is skipped",
  ],
  [
    "Australia/Lord_Howe",
    "45 2 * * ? *",
    "2026-10-03T00:00Z",
    "2026-10-03T15:45",
    "02:45 of 4 October is there",
  ],
  [
    "Australia/Lord_Howe",
    "45 1 * * ? *",
    "2026-04-04T00:00Z",
    "2026-04-04T14:45",
    "the first 01:45 of 5 April",
  ],
  [
    "Australia/Lord_Howe",
    "45 1 * * ? *",
    "2026-04-04T14:45Z",
    "2026-04-05T15:15",
    "and not the second, 15:15 UTC of the 4th",
  ],
  [
    "Pacific/Auckland",
    "30 2 * * ? *",
    "2026-09-26T00:00Z",
    "2026-09-27T13:30",
    "02:30 of 27 September is skipped",
  ],
  [
    "Pacific/Auckland",
    "30 2 * * ? *",
    "2026-04-04T00:00Z",
    "2026-04-04T13:30",
    "the first 02:30 of 5 April",
  ],
  [
    "Pacific/Auckland",
    "30 2 * * ? *",
    "2026-04-04T13:30Z",
    "2026-04-05T14:30",
    "and not the second",
  ],
];
