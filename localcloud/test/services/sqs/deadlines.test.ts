import { expect } from "chai";
import * as fc from "fast-check";
import { Deadlines } from "../../../services/sqs/model/deadlines";

describe("Deadlines", () => {
  it("agree with a sorted list, whatever is set, moved and removed", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("set" as const), item: fc.nat(15), at: fc.nat(50) }),
      fc.record({ kind: fc.constant("delete" as const), item: fc.nat(15), at: fc.constant(0) }),
      fc.record({ kind: fc.constant("take" as const), item: fc.constant(0), at: fc.nat(50) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const deadlines = new Deadlines<number>();
        const model = new Map<number, number>();
        for (const { kind, item, at } of steps) {
          if (kind === "set") {
            deadlines.set(item, at);
            model.set(item, at);
          } else if (kind === "delete") {
            deadlines.delete(item);
            model.delete(item);
          } else {
            const due = [...model].filter(([, instant]) => instant <= at);
            const taken = deadlines.takeDue(at);
            expect([...taken].sort()).to.deep.equal(due.map(([name]) => name).sort());
            const instants = taken.map((name) => model.get(name) ?? 0);
            expect(instants).to.deep.equal([...instants].sort((a, b) => a - b));
            for (const [name] of due) model.delete(name);
          }
          const earliest = model.size > 0 ? Math.min(...model.values()) : undefined;
          expect(deadlines.earliest).to.equal(earliest);
        }
      }),
    );
  });
});
