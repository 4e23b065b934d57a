import * as acorn from "acorn";
import * as walk from "acorn-walk";
import { boundNames, hoistedNames, lexicalNames } from "./declaredNames";
import { rememberByText } from "../caching/remember";

/** A top-level function of a file. */
export interface DeclaredFunction {
  readonly name: string;
  readonly source: string;
  /**
   * Position that V8 reports: the start of an arrow function, or the parameters of any other function. Line and column
   * count from 0.
   */
  readonly line: number;
  readonly column: number;
}

/** The top-level declarations of a file. */
export interface Declarations {
  /** Names that all functions of the file can use, including those that Node.js gives each module. */
  readonly names: readonly string[];
  /** Functions whose names always refer to them, because nothing assigns to these names. */
  readonly functions: readonly DeclaredFunction[];
}

const GIVEN = ["exports", "require", "module", "__filename", "__dirname"];

/**
 * Returns the declarations of a file; undefined for a file that cannot be parsed, or whose names may have another
 * meaning than the text shows: without "use strict", or with `eval`.
 */
export const declarationsIn: (text: string) => Declarations | undefined = rememberByText(
  "declarations",
  (text) => {
    const program = /\beval\b/.test(text) ? undefined : parse(text);
    if (!program || !isStrict(program)) return undefined;
    const { body } = program;
    const variables = hoistedNames(program);
    const doubtful = new Set([...variables, ...assignedNames(program)]);
    return {
      names: [...new Set([...GIVEN, ...variables, ...lexicalNames(body)])],
      functions: body
        .flatMap((statement) => functionsOf(statement, text))
        .filter(({ name }) => !doubtful.has(name)),
    };
  },
);

function parse(text: string): acorn.Program | undefined {
  try {
    return acorn.parse(text, {
      ecmaVersion: "latest",
      sourceType: "script",
      allowReturnOutsideFunction: true,
    });
  } catch {
    return undefined;
  }
}

function isStrict({ body }: acorn.Program): boolean {
  return body.some((one) => "directive" in one && one.directive === "use strict");
}

/** Returns the functions that a statement declares, as `function name() {}` or `const name = () => {}`. */
function functionsOf(
  statement: acorn.Statement | acorn.ModuleDeclaration,
  text: string,
): DeclaredFunction[] {
  if (statement.type === "FunctionDeclaration")
    return [declared(statement.id.name, statement, text.indexOf("(", statement.id.end), text)];
  if (statement.type !== "VariableDeclaration" || statement.kind !== "const") return [];
  return statement.declarations.flatMap(({ id, init }) =>
    id.type === "Identifier" && init?.type === "ArrowFunctionExpression"
      ? [declared(id.name, init, init.start, text)]
      : [],
  );
}

function declared(
  name: string,
  { start, end }: acorn.Node,
  place: number,
  text: string,
): DeclaredFunction {
  const before = text.slice(0, place);
  const line = before.split("\n").length - 1;
  const column = place - (before.lastIndexOf("\n") + 1);
  return { name, source: text.slice(start, end), line, column };
}

/** Returns every name that code anywhere in the file assigns to, in any scope. */
function assignedNames(program: acorn.Program): Set<string> {
  const names = new Set<string>();
  const add = (target: acorn.Node): void => {
    if ((target as acorn.AnyNode).type === "VariableDeclaration") return;
    for (const name of boundNames(target as acorn.Pattern)) names.add(name);
  };
  walk.simple(program, {
    AssignmentExpression: ({ left }) => add(left),
    UpdateExpression: ({ argument }) => add(argument),
    ForInStatement: ({ left }) => add(left),
    ForOfStatement: ({ left }) => add(left),
  });
  return names;
}
