import { type Block } from "../ast";
import { JavaMap } from "../java/map";
import { JavaObject, type JavaValue, type Methods } from "../java/value";
import { objectMethods } from "../java/objectMethods";
import { type Variables } from "./variables";

/** `$foreach`: the state of a loop, and a map for entries that a template adds. */
export class ForeachScope extends JavaMap {
  index = -1;
  hasNext = false;

  constructor(private readonly outer: JavaValue) {
    super();
  }

  get parent(): ForeachScope | null {
    return this.outer instanceof ForeachScope ? this.outer : null;
  }

  override property(name: string): JavaValue {
    switch (name) {
      case "index":
        return this.index;
      case "count":
        return this.index + 1;
      case "hasNext":
        return this.hasNext;
      case "first":
        return this.index < 1;
      case "last":
        return !this.hasNext;
      case "parent":
        return this.parent;
      case "topmost":
        return this.topmost();
      case "replaced":
        return this.replaced();
      default:
        return this.own(name);
    }
  }

  private own(name: string): JavaValue {
    return this.has(name) || this.parent === null ? this.get(name) : this.parent.own(name);
  }

  private topmost(): ForeachScope {
    return this.parent === null ? this : this.parent.topmost();
  }

  private replaced(): JavaValue {
    return this.parent === null ? this.outer : this.parent.replaced();
  }
}

/** The value of a `#define` and of `$bodyContent`: a block that is rendered where it is referenced. */
export class DeferredBlock extends JavaObject {
  depth = 0;

  constructor(
    readonly body: Block,
    /** Variables at the block's definition, used if it becomes text outside of a rendering. */
    readonly variables: Variables,
    readonly maximumDepth: number,
    private readonly render: (block: DeferredBlock) => string,
  ) {
    super();
  }

  get methods(): Methods {
    return objectMethods;
  }

  toText(): string {
    return this.render(this);
  }
}

/** Thrown by `#break` and `#stop`, and caught by the scope that they end. */
export class StopSignal {
  constructor(readonly target: "nearest" | "template" | ForeachScope) {}

  ends(scope: unknown): boolean {
    return this.target === "nearest" || this.target === scope;
  }
}
