import * as acorn from "acorn";
import * as walk from "acorn-walk";
import { boundNames, hoistedNames, lexicalNames } from "./closure/declaredNames";
import { rememberByText } from "./remember";

/** A function that a file declares outside of all others. */
export interface DeclaredFunction {
  readonly name: string;
  readonly source: string;
  /** Where V8 says that it is: an arrow function at its start, any other at its parameters. Both count from 0. */
  readonly line: number;
  readonly column: number;
}

/** What a file declares outside of its functions. */
export interface Declarations {
  /** What any function of the file sees, with what Node.js gives each file. */
  readonly names: readonly string[];
  /** Those whose names always mean them. */
  readonly functions: readonly DeclaredFunction[];
}

const GIVEN = ["exports", "require", "module", "__filename", "__dirname"];

/** Undefined where names may mean something else than they say: without "use strict", or where code is made of text. */
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

/** `function name() {}` and `const name = () => {}`. */
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

/** Every name that anything assigns to, whatever it means there. */
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
