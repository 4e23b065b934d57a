// In a project of your own: from "aws-callbacks".
import { CallbackFunction, FunctionAlarms } from "../../components";

// Placed before the functions: it watches those that are created after it.
new FunctionAlarms("alarms", {
  functions: "program",
  alarmActions: [],
  runbook: (alarm, name) => `https://wiki.example.com/runbooks/${name}#${alarm}`,
});

const divide = new CallbackFunction("divide", {
  callback: async ({ a, b }: { a: number; b: number }): Promise<number> => {
    if (b === 0) throw new RangeError("nothing is divided by 0");
    return a / b;
  },
  permissions: [],
  // FunctionAlarms watches it.
  alarms: [],
  alarmActions: [],
});

export const divideFunctionName = divide.name;
