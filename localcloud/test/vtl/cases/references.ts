import { type CaseGroup, velocity, velocitySource } from "./templateCase";

export const references: readonly CaseGroup[] = [
  {
    reference: velocity("References"),
    cases: [
      { name: "renders a variable", template: "#set($x = 'a')[$x]", text: "[a]" },
      { name: "takes a hyphen into a name", template: "#set($a-b = 1)$a-b", text: "1" },
      {
        name: "ends a name before other punctuation",
        template: "#set($x = 1)$x, $x; ($x) [$x]",
        text: "1, 1; (1) [1]",
      },
      { name: "reads a property of a map", template: "#set($m = {'a': 1})$m.a", text: "1" },
      {
        name: "ends a reference before a dot that no letter follows",
        template: "#set($x = 1)$x. $x.5",
        text: "1. 1.5",
      },
      { name: "calls a method", template: "#set($x = 'abc')$x.length()", text: "3" },
      {
        name: "chains methods and properties",
        template: "#set($m = {'a': {'b': 'xyz'}})$m.a.b.substring(1).length()",
        text: "2",
      },
      {
        name: "passes references to methods",
        template: "#set($x = 'abc')#set($i = 1)$x.substring($i)",
        text: "bc",
      },
      {
        name: "ends formal notation at its brace",
        template: "#set($vice = 'mob')Jack is a ${vice}ster",
        text: "Jack is a mobster",
      },
      {
        name: "calls methods in formal notation",
        template: "#set($x = 'abc')${x.toUpperCase()}d",
        text: "ABCd",
      },
      { name: "reads an index of a list", template: "#set($l = ['a', 'b'])$l[1]$l[0]", text: "ba" },
      {
        name: "counts a negative index from the end",
        template: "#set($l = ['a', 'b'])$l[-1]",
        text: "b",
      },
      {
        name: "reads an index that is a reference",
        template: "#set($l = ['a', 'b'])#set($i = 1)$l[$i]",
        text: "b",
      },
      {
        name: "reads a map by a key in brackets",
        template: "#set($m = {'a b': 1})$m['a b']",
        text: "1",
      },
      { name: "chains brackets", template: "#set($m = {'a': [[1, 2]]})$m['a'][0][1]", text: "2" },
      {
        name: "takes a dollar before a digit as text",
        template: "costs $2.50 and $!3",
        text: "costs $2.50 and $3",
      },
      { name: "takes a dollar before a blank as text", template: "a $ b", text: "a $ b" },
      { name: "keeps a dollar in front of a reference", template: "#set($x = 5)$$x", text: "$5" },
      { name: "keeps an opened brace without a name", template: "${ x} $[0]", text: "${ x} $[0]" },
    ],
  },
  {
    reference:
      'https://github.com/ToQoz/api-gateway-mapping-template/issues/5, "API Gateway will render it as an empty string"',
    cases: [
      { name: "renders an undefined variable as nothing", template: "[$x]", text: "[]" },
      { name: "renders an undefined formal reference as nothing", template: "[${x}]", text: "[]" },
      {
        name: "renders an undefined quiet reference as nothing",
        template: "[$!x][$!{x}]",
        text: "[][]",
      },
      {
        name: "renders an undefined property as nothing",
        template: '[$input.path("$").item2]',
        body: "{}",
        text: "[]",
      },
      {
        name: "renders a method that does not exist as nothing",
        template: "#set($x = 'a')[$x.nope()][$x.nope.nope()]",
        text: "[][]",
      },
      {
        name: "renders an undefined reference in a string as nothing",
        template: '#set($x = "a${nope}b$!nope")$x',
        text: "ab",
      },
    ],
  },
  {
    reference: velocity("Escaping Valid VTL References"),
    cases: [
      {
        name: "shows the source of an escaped reference that is defined",
        template: "#set($email = 'foo')\\$email",
        text: "$email",
      },
      {
        name: "renders a reference behind two backslashes",
        template: "#set($email = 'foo')\\\\$email",
        text: "\\foo",
      },
      {
        name: "escapes behind three backslashes",
        template: "#set($email = 'foo')\\\\\\$email",
        text: "\\$email",
      },
      {
        name: "renders behind four backslashes",
        template: "#set($email = 'foo')\\\\\\\\$email",
        text: "\\\\foo",
      },
      {
        name: "keeps the backslash before an undefined reference",
        template: "\\$email",
        text: "\\$email",
      },
      {
        name: "escapes formal and quiet notation",
        template: "#set($a = 1)\\${a} \\$!a \\$!{a}",
        text: "${a} $!a $!{a}",
      },
      {
        name: "keeps backslashes before other text",
        template: "\\a \\\\ \\{ C:\\dir",
        text: "\\a \\\\ \\{ C:\\dir",
      },
    ],
  },
  {
    reference: velocity("Escaping VTL Directives"),
    cases: [
      {
        name: "escapes a directive",
        template: "\\#if \\#set(1) \\#end \\#foreach",
        text: "#if #set(1) #end #foreach",
      },
      {
        name: "runs a directive behind two backslashes",
        template: "\\\\#if(true)a#end",
        text: "\\a",
      },
      {
        name: "keeps the backslash before a word that is no directive",
        template: "\\#nope",
        text: "\\#nope",
      },
      {
        name: "escapes a macro that is defined above",
        template: "#macro(hi)x#end\\#hi()",
        text: "#hi()",
      },
    ],
  },
  {
    reference: velocitySource("src/java/org/apache/velocity/runtime/parser/Parser.jjt"),
    cases: [
      {
        name: "shows the argument of a macro for an escaped parameter",
        template: "#macro(m $a)\\$a#end#set($x = 1)#m($x)",
        text: "$x",
      },
      {
        name: "takes hashes behind a property as text",
        template: "#set($m = {'a': 1})$m.a##$m.a",
        text: "1##1",
      },
      { name: "drops a dollar that touches a directive", template: "$#if(true)5#end", text: "5" },
      {
        name: "refuses white space between the parentheses of a call",
        template: "$x.y( )",
        error: /Encountered "\)".*line 1, column 7/,
      },
      {
        name: "refuses a dollar at the end",
        template: "5 $",
        error: /Lexical error.*line 1, column 4/,
      },
      {
        name: "refuses an index that is a bare word",
        template: "$x[foo]",
        error: /line 1, column 4/,
      },
      {
        name: "refuses a formal reference without its end",
        template: "a\n ${x",
        error: /line 2, column 5/,
      },
      {
        name: "refuses an operator in an argument",
        template: "$x.get(1 + 1)",
        error: /Encountered "\+ 1\)"/,
      },
    ],
  },
];
