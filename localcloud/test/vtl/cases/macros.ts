import { type CaseGroup, velocity } from "./templateCase";

export const macros: readonly CaseGroup[] = [
  {
    reference: velocity("Velocimacros"),
    cases: [
      { name: "calls a macro", template: "#macro(d)<tr>#end#d()#d()", text: "<tr><tr>" },
      {
        name: "calls a macro that is defined below",
        template: "#d('x')#macro(d $a)<$a>#end",
        text: "<x>",
      },
      {
        name: "passes arguments with and without commas",
        template: "#macro(p $a $b)[$a$b]#end#p(1 2)#p('x', $nope)#p([1..2] {'k': 1})",
        text: "[12][x][[1, 2]{k=1}]",
      },
      {
        name: "passes arguments by name",
        template: "#macro(p $a)#set($x = 'new')$a#end#set($x = 'old')#p($x)",
        text: "new",
      },
      {
        name: "sets variables of its caller",
        template: "#macro(p)#set($y = 2)#end#p()$y",
        text: "2",
      },
      {
        name: "leaves a missing argument undefined",
        template: "#macro(p $a $b)[$a$b]#end#p(1)",
        text: "[1]",
      },
      {
        name: "renders a block as its body content",
        template: "#macro(b)<$bodyContent>#end#@b()x#end",
        text: "<x>",
      },
      {
        name: "renders an unknown macro as it is written",
        template: "#nope #nope($x) #{nope}x",
        text: "#nope #nope($x) #{nope}x",
      },
      { name: "ends a macro at break", template: "#macro(m)x#{break}y#end#m()z", text: "xz" },
      {
        name: "refuses a recursion of more than 20 calls",
        template: "#macro(m)#m()#end#m()",
        error: /Max calling depth of 20 was exceeded in macro 'm'/,
      },
      {
        name: "refuses a macro without a name",
        template: "#macro('a')x#end",
        error: /must be a macro name/,
      },
      {
        name: "refuses a bare word as an argument",
        template: "#macro(m $a)$a#end#m(word)",
        error: /Invalid arg 'word' in macro #m/,
      },
    ],
  },
  {
    reference: velocity("Define"),
    cases: [
      {
        name: "renders a block where it is referred to",
        template: "#define($b)Hello $who#end#set($who = 'World!')$b",
        text: "Hello World!",
      },
      {
        name: "renders a block again in each iteration",
        template: "#define($b)$i,#end#foreach($i in [1, 2])$b#end",
        text: "1,2,",
      },
      {
        name: "interpolates a block",
        template: '#define($b)ab#end#set($s = "$b!")$s.length()',
        text: "3",
      },
      { name: "ends a block at break", template: "#define($b)a#break b#end$b c", text: "a c" },
    ],
  },
];
