import { type CaseGroup, velocity, velocitySource } from "./templateCase";

export const arithmetic: readonly CaseGroup[] = [
  {
    reference: velocity("Math"),
    cases: [
      {
        name: "calculates by precedence",
        template: "#set($x = 1 + 2 * 3 - 4 / 2 % 3)$x",
        text: "5",
      },
      {
        name: "divides integers as integers",
        template: "#set($x = 7 / 2)#set($y = -7 / 2)#set($z = -7 % 3)$x $y $z",
        text: "3 -3 -1",
      },
      {
        name: "computes nothing from what is no number",
        template: "#set($x = 'a' - 1)[$x]#set($y = 1 / 0)[$y]",
        text: "[][]",
      },
      {
        name: "refuses a minus that touches its number",
        template: "#set($x = 5 -3)",
        error: /Encountered "-3\)"/,
      },
    ],
  },
  {
    reference: velocity("Range Operator"),
    cases: [
      {
        name: "counts up and down",
        template: "#foreach($i in [1..3])$i#end#foreach($i in [2..-1])$i#end",
        text: "123210-1",
      },
      {
        name: "takes references as limits",
        template: "#set($a = 1)#set($b = 3)#set($r = [$a..$b])$r",
        text: "[1, 2, 3]",
      },
      { name: "is null without a limit", template: "#set($r = [1..$nope])x$r", text: "x" },
    ],
  },
  {
    reference: velocitySource("src/java/org/apache/velocity/runtime/parser/node/ASTAddNode.java"),
    cases: [
      {
        name: "appends to a string",
        template: "#set($x = 'a' + 1 + 2)#set($y = 1 + 2 + 'a')$x $y",
        text: "a12 3a",
      },
      {
        name: "appends the source of an undefined reference",
        template: "#set($x = 'a' + $nope.b)$x",
        text: "a$nope.b",
      },
    ],
  },
  {
    reference: velocitySource("src/java/org/apache/velocity/runtime/parser/node/ASTReference.java"),
    cases: [
      {
        name: "does not run directives of the data",
        template: "$input.path('$.m')",
        body: '{"m":"#set($x = 1)$x #if(true)a#end #stop"}',
        text: "#set($x = 1)$x #if(true)a#end #stop",
      },
      {
        name: "does not resolve references of the data",
        template: "#set($s = \"$input.path('$.m')\")$s",
        body: '{"m":"$util.nope ${context.stage} $!x \\\\$y"}',
        text: "$util.nope ${context.stage} $!x \\$y",
      },
    ],
  },
];
