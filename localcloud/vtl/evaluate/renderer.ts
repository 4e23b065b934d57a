import {
  type Block,
  type ForeachDirective,
  type IfDirective,
  type MacroCall,
  type Reference,
  type Statement,
  type Template,
} from "../ast";
import { toText } from "../java/text";
import { TemplateError } from "../templateError";
import { Evaluator, type NullReference } from "./evaluator";
import { beginIteration, itemsOf, rememberVariables } from "./foreachLoop";
import { DEFINE_DEPTH, MACRO_DEPTH, WorkLimit } from "./limits";
import { DeferredBlock, ForeachScope, StopSignal } from "./scopes";
import { MacroVariables, type Variables } from "./variables";

/** Renders one template once. */
export class Renderer {
  private output = "";
  private macroDepth = 0;
  private readonly limit = new WorkLimit();
  private readonly evaluator: Evaluator;

  constructor(
    private readonly template: Template,
    private readonly variables: Variables,
    nullReference: NullReference,
  ) {
    this.evaluator = new Evaluator(this.limit, nullReference, (string, scope) => {
      const text = this.captured(() => this.block(string.body, scope));
      return string.padded ? text.slice(0, -1) : text;
    });
  }

  /** Returns the text of the whole template. Throws TemplateError. */
  text(): string {
    try {
      this.block(this.template.body, this.variables);
    } catch (error) {
      if (error instanceof RangeError) throw new TemplateError("The template recurses too deeply");
      if (!(error instanceof StopSignal)) throw error;
    }
    return this.output;
  }

  private block(statements: Block, variables: Variables): void {
    for (const statement of statements) {
      this.limit.spend();
      this.statement(statement, variables);
    }
  }

  private statement(statement: Statement, variables: Variables): void {
    switch (statement.type) {
      case "text":
        return this.write(statement.text);
      case "reference":
        return this.reference(statement, variables);
      case "set": {
        // A null value does not change the target: directive.set.null.allowed is off in Velocity 1.7.
        const value = this.evaluator.value(statement.value, variables);
        if (value !== null) this.evaluator.assign(statement.target, value, variables);
        return;
      }
      case "if":
        return this.if(statement, variables);
      case "foreach":
        return this.foreach(statement, variables);
      case "define":
        return variables.set(
          statement.name,
          this.deferred(statement.body, variables, DEFINE_DEPTH),
        );
      case "macroCall":
        return this.macroCall(statement, variables);
      case "break":
        throw this.breakSignal(statement, variables);
      case "stop":
        throw new StopSignal("template");
    }
  }

  private write(text: string): void {
    this.output = this.limit.text(this.output + text);
  }

  /**
   * Renders a reference. API Gateway renders an undefined one as an empty text, where plain Velocity shows its source
   * (https://github.com/ToQoz/api-gateway-mapping-template/issues/5). As in Velocity, the backslash of an escaped
   * undefined reference stays visible.
   */
  private reference(reference: Reference, variables: Variables): void {
    const value = this.evaluator.reference(reference, variables);
    if (reference.escaped) {
      const slash = value === null ? "\\" : "";
      return this.write(reference.prefix + slash + asWritten(reference, variables));
    }
    if (value instanceof DeferredBlock) return this.deferredReference(value, reference, variables);
    this.write(reference.prefix + (value === null ? "" : toText(value)));
  }

  private deferredReference(
    block: DeferredBlock,
    reference: Reference,
    variables: Variables,
  ): void {
    if (block.depth < block.maximumDepth) return this.deferredBody(block, variables);
    const shown = reference.source.startsWith("$!") ? "" : asWritten(reference, variables);
    this.write(reference.prefix + reference.prefix + shown);
  }

  private deferredBody(block: DeferredBlock, variables: Variables): void {
    block.depth++;
    try {
      this.catching(block, () => this.block(block.body, variables));
    } finally {
      block.depth--;
    }
  }

  private deferred(body: Block, variables: Variables, maximumDepth: number): DeferredBlock {
    return new DeferredBlock(body, variables, maximumDepth, (block) =>
      block.depth < block.maximumDepth
        ? this.captured(() => this.deferredBody(block, block.variables))
        : "null",
    );
  }

  private if(statement: IfDirective, variables: Variables): void {
    for (const { condition, body } of statement.branches) {
      if (this.evaluator.isTrue(condition, variables)) return this.block(body, variables);
    }
    this.block(statement.otherwise, variables);
  }

  private foreach(statement: ForeachDirective, variables: Variables): void {
    const items = itemsOf(this.evaluator.value(statement.list, variables));
    if (items === undefined) return;
    const restore = rememberVariables(statement, variables);
    const scope = new ForeachScope(variables.get("foreach"));
    variables.set("foreach", scope);
    try {
      this.catching(scope, () => {
        for (const item of items) {
          beginIteration(statement, item, items, scope, variables);
          this.block(statement.body, variables);
        }
      });
    } finally {
      restore();
    }
  }

  private macroCall(call: MacroCall, variables: Variables): void {
    const macro = this.template.macros.get(call.name);
    if (macro === undefined) return this.write(call.source);
    const inner = new MacroVariables(variables, (argument, caller) =>
      this.evaluator.value(argument, caller),
    );
    for (const [index, argument] of call.arguments.entries()) {
      if (argument.type === "word") {
        throw new TemplateError(`Invalid arg '${argument.word}' in macro #${call.name}`).at(
          call.position,
        );
      }
      const name = macro.parameters[index];
      if (name !== undefined) inner.pass(name, argument);
    }
    if (call.body !== undefined) {
      inner.passValue("bodyContent", this.deferred(call.body, variables, MACRO_DEPTH));
    }
    if (this.macroDepth === MACRO_DEPTH) {
      throw new TemplateError(
        `Max calling depth of ${MACRO_DEPTH} was exceeded in macro '${call.name}'`,
      ).at(call.position);
    }
    this.macroDepth++;
    try {
      this.catching(macro, () => this.block(macro.body, inner));
    } finally {
      this.macroDepth--;
    }
  }

  private breakSignal(
    statement: Extract<Statement, { type: "break" }>,
    variables: Variables,
  ): unknown {
    if (statement.scope === undefined) return new StopSignal("nearest");
    const scope = this.evaluator.value(statement.scope, variables);
    if (scope instanceof ForeachScope) return new StopSignal(scope);
    return new TemplateError("The argument of #break is not a valid scope").at(statement.position);
  }

  /** Runs until the end, or until a `#break` for this scope. */
  private catching(scope: unknown, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof StopSignal) || !error.ends(scope)) throw error;
    }
  }

  /** Returns the output of `run` instead of writing it. */
  private captured(run: () => void): string {
    const before = this.output;
    this.output = "";
    try {
      run();
      return this.output;
    } finally {
      this.output = before;
    }
  }
}

/** Returns the source of a reference; in a macro, the source of the corresponding argument. */
function asWritten(reference: Reference, variables: Variables): string {
  const argument = variables.argumentSource(reference.root);
  return argument !== undefined && reference.source === `$${reference.root}`
    ? argument
    : reference.source;
}
