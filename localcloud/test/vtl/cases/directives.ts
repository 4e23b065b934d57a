import { aws, type CaseGroup, ownRule, velocity } from "./templateCase";

export const directives: readonly CaseGroup[] = [
  {
    reference: velocity("#set"),
    cases: [
      {
        name: "sets every kind of value",
        template: "#set($a = 'x')#set($b = 12)#set($c = [1, 'y'])#set($d = {'k': true})$a $b $c $d",
        text: "x 12 [1, y] {k=true}",
      },
      {
        name: "sets a property of a map",
        template: "#set($m = {})#set($m.a = 1)#set($m.b = 2)$m",
        text: "{a=1, b=2}",
      },
      {
        name: "sets an entry in brackets",
        template: "#set($m = {})#set($m['a b'] = 1)$m",
        text: "{a b=1}",
      },
      {
        name: "sets an item of a list",
        template: "#set($l = [1, 2])#set($l[0] = 9)#set($l[-1] = 8)$l",
        text: "[9, 8]",
      },
      {
        name: "sets deep in a structure",
        template: "#set($m = {'a': [{}]})#set($m.a[0].b = 1)$m",
        text: "{a=[{b=1}]}",
      },
      {
        name: "keeps the old value when the new one is null",
        template: "#set($x = 'old')#set($x = $nope)$x",
        text: "old",
      },
      {
        name: "ignores a property of what is no map",
        template: "#set($x = 5)#set($x.y = 1)#set($nope.y = 1)$x",
        text: "5",
      },
      {
        name: "accepts blanks and braces around the name",
        template: "#set ($x = 1)#{set}($y = 2)$x$y",
        text: "12",
      },
      {
        name: "refuses a target that is no reference",
        template: "#set(x = 1)",
        error: /line 1, column 6/,
      },
      {
        name: "refuses a null literal",
        template: "#set($x = null)",
        error: /Encountered "null\)"/,
      },
    ],
  },
  {
    reference: velocity("Literals"),
    cases: [
      {
        name: "interpolates a double-quoted string",
        template: "#set($d = 'www')#set($t = \"$d/${d}x\")$t",
        text: "www/wwwx",
      },
      {
        name: "takes a single-quoted string literally",
        template: "#set($d = 'www')#set($t = '$d #if')$t",
        text: "$d #if",
      },
      {
        name: "runs directives in a double-quoted string",
        template: '#set($t = "#foreach($i in [1..3])$i,#end")$t',
        text: "1,2,3,",
      },
      {
        name: "doubles a quote to hold it",
        template: '#set($t = "say ""hi""")#set($u = \'it\'\'s\')$t $u',
        text: 'say "hi" it\'s',
      },
      {
        name: "takes a backslash in a string literally",
        template: "#set($t = \"a\\n\\\\\")$t#set($u = '\\t')$u",
        text: "a\\n\\\\\\t",
      },
      {
        name: "reads the unicode escape of a double-quoted string",
        template: '#set($t = "\\u0041")$t',
        text: "A",
      },
      { name: "spans lines", template: "#set($t = 'a\nb')$t", text: "a\nb" },
      {
        name: "refuses a backslash before a quote",
        template: '#set($t = "a\\"b")$t',
        error: /line 1, column 15/,
      },
    ],
  },
  {
    reference: velocity("If / ElseIf / Else"),
    cases: [
      {
        name: "renders the branch whose condition holds",
        template: "#set($f = 8)#if($f < 5)a#elseif($f == 8)b#elseif(true)c#else d#end",
        text: "b",
      },
      { name: "renders the else branch", template: "#if(false)a#else b#end", text: " b" },
      { name: "renders nothing without an else branch", template: "[#if(false)a#end]", text: "[]" },
      {
        name: "takes braces around the word",
        template: "#{if}(false)a#{else}b#{end}c",
        text: "bc",
      },
      { name: "nests", template: "#if(true)#if(false)a#else#if(true)b#end#end#end", text: "b" },
      {
        name: "is true for an empty string and for zero",
        template: "#set($s = '')#set($z = 0)#if($s)s#end#if($z)z#end",
        text: "sz",
      },
      {
        name: "is true for empty collections",
        template: "#set($l = [])#set($m = {})#if($l)l#end#if($m)m#end",
        text: "lm",
      },
      {
        name: "is false for null and false only",
        template: "#set($f = false)#if($f)f#end#if($nope)n#end",
        nullReference: "null",
        text: "",
      },
      {
        name: "is false for a bare literal and a calculation",
        template: "#if(1)a#end#if('x')b#end#if(1 + 1)c#end",
        text: "",
      },
      {
        name: "refuses a missing end",
        template: "#if(true)\na",
        error: /Encountered "<EOF>".*line 2, column 2/,
      },
      {
        name: "refuses an end without a beginning",
        template: "a#end",
        error: /Encountered "#end".*line 1, column 2/,
      },
      {
        name: "refuses a second else",
        template: "#if(true)#else#else#end",
        error: /Encountered "#else#end"/,
      },
      { name: "refuses an empty condition", template: "#if()#end", error: /line 1, column 5/ },
    ],
  },
  {
    reference: velocity("Relational and Logical Operators"),
    cases: [
      {
        name: "compares numbers by value",
        template: "#if(1 == 1.0)a#end#if(2 > 1.5)b#end#if(1 != 1)c#end",
        text: "ab",
      },
      {
        name: "compares different classes by their text",
        template: "#if('1' == 1)a#end#if('true' == true)b#end#if('[1]' == [1])c#end",
        text: "abc",
      },
      {
        name: "compares collections by content",
        template: "#if([1, 2] == [1, 2])a#end#if({'a': 1} == {'a': 1})b#end",
        text: "ab",
      },
      {
        name: "compares with null",
        template: "#if($a == $b)a#end#if($a == '')b#end#if($a != 1)c#end",
        nullReference: "null",
        text: "ac",
      },
      {
        name: "takes an order of other things as false",
        template: "#if('b' > 'a')a#end#if($nope < 1)b#end#if('2' >= 1)c#end",
        text: "",
      },
      {
        name: "has words for the operators",
        template:
          "#if(1 lt 2 and 2 le 2 and 3 gt 2 and 3 ge 3 and 1 eq 1 and 1 ne 2)a#end#if(not false or false)b#end",
        text: "ab",
      },
      {
        name: "binds and tighter than or",
        template: "#if(true || false && false)a#end#if((true || false) && false)b#end",
        text: "a",
      },
      {
        name: "negates",
        template: "#if(!$nope)a#end#if(!true)b#end#if(!(1 == 2))c#end",
        nullReference: "null",
        text: "ac",
      },
      {
        name: "skips the right side when the left decides",
        template: "#set($l = [])#if(false && $l.get(0))a#else b#end#if(true || $l.get(0))c#end",
        text: " bc",
      },
      {
        name: "gives the value of a comparison to a variable",
        template: "#set($x = 1 < 2)#set($y = !$x)$x $y",
        text: "true false",
      },
    ],
  },
  {
    reference: velocity("Foreach Loop"),
    cases: [
      { name: "loops over a list", template: "#foreach($p in ['a', 'b'])<$p>#end", text: "<a><b>" },
      {
        name: "loops over the values of a map",
        template: "#foreach($v in {'a': 1, 'b': 2})$v#end",
        text: "12",
      },
      {
        name: "loops over keys and entries",
        template:
          "#set($m = {'a': 1, 'b': 2})#foreach($k in $m.keySet())$k$m.get($k)#end#foreach($e in $m.entrySet())$e.key=$e.value;#end",
        text: "a1b2a=1;b=2;",
      },
      {
        name: "loops over nothing for null and for a string",
        template: "[#foreach($x in $nope)a#end#foreach($x in 'abc')b#end]",
        text: "[]",
      },
      {
        name: "counts",
        template:
          "#foreach($x in ['a', 'b'])$foreach.index$foreach.count$velocityCount $foreach.first $foreach.last $foreach.hasNext;#end",
        text: "011 true false true;122 false true false;",
      },
      {
        name: "puts commas between items",
        template: "#foreach($x in [1..3])$x#if($foreach.hasNext),#end#end",
        text: "1,2,3",
      },
      {
        name: "reaches the outer loop",
        template:
          "#foreach($x in ['a', 'b'])#foreach($y in [1])$foreach.parent.index$foreach.topmost.count#end#end",
        text: "0112",
      },
      {
        name: "restores its variable after the loop",
        template:
          "#set($x = 'before')#foreach($x in [1])$x#end$x#foreach($y in [1])#end[$y][$foreach.index]",
        text: "1before[][]",
      },
      {
        name: "renders an item that is null as nothing",
        template: "#foreach($x in $input.path('$'))[$x]#end",
        body: "[1,null,2]",
        text: "[1][][2]",
      },
      {
        name: "leaves the loop at break",
        template: "#foreach($x in [1..9])#if($x == 3)#break#end$x#end;",
        text: "12;",
      },
      {
        name: "breaks an outer loop by its scope",
        template:
          "#foreach($x in [1, 2])#foreach($y in [1, 2])#if($y == 2)#break($foreach.parent)#end$x$y#end#end",
        text: "11",
      },
      {
        name: "loops over an iterator once",
        template:
          "#set($l = [1, 2])#set($i = $l.iterator())$i.next()#foreach($x in $i)<$x>#end#foreach($x in $i)!#end",
        text: "1<2>",
      },
    ],
  },
  {
    reference: aws(
      "api-gateway-execution-service-limits-table",
      "Iterations in a #foreach loop in mapping templates: 1,000",
    ),
    cases: [
      {
        name: "runs a thousand iterations",
        template: "#foreach($x in [1..1000])#end$x.done",
        text: "",
      },
      {
        name: "refuses the iteration after the thousandth",
        template: "a\n#foreach($x in [1..1001])#end",
        error: /1000 iterations at \[line 2, column 1\]/,
      },
    ],
  },
  {
    reference: velocity("Stop"),
    cases: [
      { name: "ends the template at stop", template: "a#if(true)b#stop c#end d", text: "ab" },
      {
        name: "ends the template at a break outside of all scopes",
        template: "a#break b",
        text: "a",
      },
    ],
  },
  {
    reference: ownRule("#evaluate, #include and #parse are refused, never ignored"),
    cases: [
      {
        name: "refuses to run text as a template",
        template: "#evaluate($input.body)",
        error: /#evaluate is not available/,
      },
      {
        name: "refuses to include",
        template: "#include('x.vm')",
        error: /#include is not available/,
      },
      {
        name: "refuses to parse a file",
        template: "a #parse('x.vm')",
        error: /#parse is not available.*line 1, column 3/,
      },
    ],
  },
];
