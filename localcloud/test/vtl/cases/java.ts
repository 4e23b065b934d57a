import { type CaseGroup, javadoc, velocitySource } from "./templateCase";

export const java: readonly CaseGroup[] = [
  {
    reference: javadoc("java.lang.String"),
    cases: [
      {
        name: "counts UTF-16 units",
        template: "$input.path('$').length() $input.path('$').charAt(2)",
        body: '"😀x"',
        text: "3 x",
      },
      {
        name: "cuts strings",
        template: "#set($s = 'Hello')$s.substring(1) $s.substring(1, 3) $s.subSequence(0, 1)",
        text: "ello el H",
      },
      {
        name: "fails to cut outside of a string",
        template: "#set($s = 'abc')$s.substring(5)",
        error: /StringIndexOutOfBoundsException.*line 1, column 17/,
      },
      {
        name: "searches strings",
        template:
          "#set($s = 'banana')$s.indexOf('an') $s.indexOf('an', 2) $s.lastIndexOf('a') $s.indexOf('x') $s.contains('nan') $s.startsWith('ba') $s.startsWith('na', 2) $s.endsWith('na')",
        text: "1 3 5 -1 true true true true",
      },
      {
        name: "compares strings",
        template:
          "#set($s = 'abc')$s.equals('abc') $s.equals(1) $s.equalsIgnoreCase('ABC') $s.compareTo('abd') $s.compareTo('ab')",
        text: "true false true -1 1",
      },
      {
        name: "changes case and trims",
        template: "#set($s = ' aBc ')[$s.trim()]$s.toUpperCase()$s.toLowerCase()",
        text: "[aBc] ABC  abc ",
      },
      {
        name: "replaces literally",
        template: "#set($s = 'a.b.c')$s.replace('.', '$1')",
        text: "a$1b$1c",
      },
      {
        name: "replaces by regular expression",
        template: "#set($s = 'a1b22')$s.replaceAll('\\d+', '#') $s.replaceFirst('[0-9]', '_')",
        text: "a#b# a_b22",
      },
      {
        name: "refers to groups in a replacement",
        template:
          "#set($s = 'ab12')$s.replaceAll('([a-z])(\\d)', '$2$1') $s.replaceAll('b', '<$0>')",
        text: "a1b2 a<b>12",
      },
      {
        name: "takes an escaped character of a replacement literally",
        template: "#set($s = 'a')$s.replaceAll('a', '\\$1\\\\')",
        text: "$1\\",
      },
      {
        name: "fails for a group that does not exist",
        template: "#set($s = 'a')$s.replaceAll('a', '$1')",
        error: /No group 1/,
      },
      {
        name: "fails for a bad regular expression",
        template: "#set($s = 'a')$s.replaceAll('(', '')",
        error: /PatternSyntaxException/,
      },
      {
        name: "refuses a regular expression it cannot translate",
        template: "#set($s = 'a')$s.replaceAll('a++', '')",
        error: /does not support possessive quantifiers/,
      },
      {
        name: "splits without empty strings at the end",
        template: "#set($s = 'a,b,,c,,')#foreach($p in $s.split(','))[$p]#end$s.split(',').size()",
        text: "[a][b][][c]4",
      },
      {
        name: "splits to a limit",
        template: "#set($s = 'a,b,c')#foreach($p in $s.split(',', 2))[$p]#end",
        text: "[a][b,c]",
      },
      {
        name: "splits by regular expression",
        template: "#set($s = 'a.b|c')#foreach($p in $s.split('[.|]'))[$p]#end$s.split('\\.')[1]",
        text: "[a][b][c]b|c",
      },
      {
        name: "matches whole strings",
        template: "#set($s = 'abc')$s.matches('ab') $s.matches('a.c') $s.matches('(?i)ABC')",
        text: "false true true",
      },
      {
        name: "hashes strings",
        template: "#set($s = 'Hello')$s.hashCode() $s.concat('!').isEmpty()",
        text: "69609650 false",
      },
      { name: "joins lists", template: "#set($s = '')$s.join('-', ['a', 'b'])", text: "a-b" },
      {
        name: "fails loudly for a method it lacks",
        template: "#set($s = '')$s.format('%d', 1)",
        error: /does not support the method format/,
      },
    ],
  },
  {
    reference: javadoc("java.util.List"),
    cases: [
      {
        name: "reads lists",
        template:
          "#set($l = ['a', 'b', 'a'])$l.size() $l.get(1) $l.contains('b') $l.indexOf('a') $l.lastIndexOf('a') $l.isEmpty() $l.empty $l.subList(1, 3)",
        text: "3 b true 0 2 false false [b, a]",
      },
      {
        name: "changes lists",
        template:
          "#set($l = [1])$l.add(2) $l.add(0, 9)$l $l.addAll([3, 4]) $l.set(0, 8) $l.remove(0) $l $l.clear()$l",
        text: "true [9, 1, 2] true 9 8 [1, 2, 3, 4] []",
      },
      {
        name: "removes an object and not an index",
        template: "#set($l = ['a', 'b'])$l.remove('a') $l $l.remove('x')",
        text: "true [b] false",
      },
      {
        name: "fails outside of a list",
        template: "#set($l = [1])\n$l.get(1)",
        error: /IndexOutOfBoundsException: Index 1 out of bounds for length 1.*line 2, column 1/,
      },
      {
        name: "tells types of numbers apart",
        template: "#set($l = [1, 1.0])$l.contains(1) $l.indexOf(1.0) $l.contains('1')",
        text: "true 1 false",
      },
    ],
  },
  {
    reference: javadoc("java.util.Map"),
    cases: [
      {
        name: "reads maps",
        template:
          "#set($m = {'b': 1, 'a': 2})$m.size() $m.get('a') $m.containsKey('b') $m.containsValue(3) $m.keySet() $m.values() $m.entrySet() $m.isEmpty() $m.getOrDefault('x', 0)",
        text: "2 2 true false [b, a] [1, 2] [b=1, a=2] false 0",
      },
      {
        name: "changes maps",
        template:
          "#set($m = {'a': 1})[$m.put('b', 2)]$m.put('a', 3) $m.remove('b') $m.putAll({'c': 4})$m",
        text: "[]1 2 {a=3, c=4}",
      },
      {
        name: "tells keys of different types apart",
        template: "#set($m = {1: 'i', '1': 's'})$m.get(1)$m.get('1')$m[1]",
        text: "isi",
      },
      {
        name: "prefers an entry to a bean property",
        template: "#set($m = {'empty': 'entry', 'size': 's'})$m.empty $m.size $m.size()",
        text: "entry s 2",
      },
      {
        name: "reads and changes entries",
        template:
          "#set($m = {'a': 1})#foreach($e in $m.entrySet())$e.getKey()$e.getValue()$e.key$e.value $e $e.setValue(2)#end$m",
        text: "a1a1 a=1 1{a=2}",
      },
    ],
  },
  {
    reference: javadoc("java.lang.Integer"),
    cases: [
      {
        name: "parses integers",
        template: "#set($i = 0)#set($n = $i.parseInt('42') + 1)$n $i.valueOf('-7') $i.toString(5)",
        text: "43 -7 5",
      },
      {
        name: "fails to parse what is no integer",
        template: "#set($i = 0)$i.parseInt('4x')",
        error: /NumberFormatException: For input string: "4x"/,
      },
      {
        name: "fails to parse beyond 32 bits",
        template: "#set($i = 0)$i.parseInt('2147483648')",
        error: /NumberFormatException/,
      },
      {
        name: "converts numbers",
        template: "#set($d = 5.9)$d.intValue() $d.longValue() $d.toString()",
        text: "5 5 5.9",
      },
    ],
  },
  {
    reference: velocitySource("src/java/org/apache/velocity/runtime/parser/node/MathUtils.java"),
    cases: [
      {
        name: "widens an integer that overflows",
        template: "#set($x = 2147483647 + 1)#set($y = 2147483647 * 2147483647)$x $y",
        text: "2147483648 4611686014132420609",
      },
      {
        name: "widens a long that overflows",
        template: "#set($x = 9223372036854775807 + 1)#set($y = 9223372036854775807 * 10)$x $y",
        text: "9223372036854775808 92233720368547758070",
      },
      {
        name: "calculates doubles",
        template: "#set($x = 7.0 / 2)#set($y = 1.5 + 1)#set($z = 7.5 % 2)$x $y $z",
        text: "3.5 2.5 1.5",
      },
      {
        name: "compares a big integer with a double",
        template:
          "#if(99999999999999999999 > 1.5)a#end#if(9223372036854775808 == 9223372036854775808)b#end",
        text: "ab",
      },
    ],
  },
  {
    reference: javadoc("java.lang.Double"),
    cases: [
      {
        name: "prints doubles as Java does",
        template: "#set($l = [1.0, 0.1, 100000.0, 12345678.9, 0.0001, 1e21, 5., .5])$l",
        text: "[1.0, 0.1, 100000.0, 1.23456789E7, 1.0E-4, 1.0E21, 5.0, 0.5]",
      },
      {
        name: "prints numbers of the payload as Java does",
        template: "$input.path('$')",
        body: "[1.0,1e3,1E-7,12345678901234567890,3.14159265358979323846,-0.0]",
        text: "[1.0,1000.0,1.0E-7,12345678901234567890,3.14159265358979323846,-0.0]",
      },
      {
        name: "keeps all digits of big numbers",
        template: "$input.path('$.a') $input.json('$.b')",
        body: '{"a":123456789012345678901234567890,"b":0.1234567890123456789}',
        text: "123456789012345678901234567890 0.1234567890123456789",
      },
      {
        name: "calculates with what has many digits",
        template: "#set($x = $input.path('$') + 1)#set($y = $input.path('$') * 2)$x $y",
        body: "0.1234567890123456789",
        text: "1.1234567890123456789 0.2469135780246913578",
      },
    ],
  },
];
