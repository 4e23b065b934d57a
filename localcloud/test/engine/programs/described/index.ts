// Prints the name of each queue when the SDK reads its arguments to describe it to the engine.
import * as aws from "@pulumi/aws";

const [CHANGED = "", VALUE = ""] = (process.env.CHANGE ?? "").split(":");

for (const name of ["one", "two", "three"])
  new aws.sqs.Queue(name, {
    tags: {
      get value() {
        console.log(`describes ${name}`);
        return name === CHANGED ? VALUE : "";
      },
    },
  });
