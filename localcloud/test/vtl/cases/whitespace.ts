import { type CaseGroup, velocity, velocitySource } from "./templateCase";

export const whitespace: readonly CaseGroup[] = [
  {
    reference: velocity("VTL: Formatting Issues"),
    cases: [
      {
        name: "takes the rest of a blank line behind set",
        template: "#set($x = 1)   \n$x",
        text: "1",
      },
      { name: "takes one line break only", template: "#set($x = 1)\n\n$x", text: "\n1" },
      {
        name: "takes blanks before a set that begins the template",
        template: "  #set($x = 1)\n$x",
        text: "1",
      },
      {
        name: "keeps blanks before a set on a later line",
        template: "a\n  #set($x = 1)\n$x",
        text: "a\n  1",
      },
      {
        name: "takes blanks between two sets",
        template: "#set($x = 1)\n  #set($y = 2)\n$x$y",
        text: "12",
      },
      {
        name: "keeps the blanks behind a set that text follows",
        template: "#set($x = 1)  $x",
        text: "  1",
      },
      {
        name: "takes the line of if, else and end",
        template: "#if(true)\n  a\n#else\n  b\n#end\nc",
        text: "  a\nc",
      },
      {
        name: "keeps the indent before if and end",
        template: "  #if(true)\n  a\n  #end\nb",
        text: "    a\n  b",
      },
      {
        name: "takes the line of foreach",
        template: "#foreach($i in [1, 2])\n$i\n#end\nx",
        text: "1\n2\nx",
      },
      {
        name: "takes the line of a macro definition",
        template: "#macro(m)\n a\n#end\n#m()\nb",
        text: " a\nb",
      },
      {
        name: "takes the line break of a carriage return and a line feed",
        template: "#set($x = 1)\r\n#if(true)\r\n$x\r\n#end\r\n",
        text: "1\r\n",
      },
      {
        name: "keeps blanks behind end when text follows",
        template: "#if(true)a#end  b",
        text: "a  b",
      },
    ],
  },
  {
    reference: velocity("Comments"),
    cases: [
      { name: "drops a line comment and its line break", template: "a ## $x #if\nb", text: "a b" },
      { name: "drops a line comment at the end", template: "a##", text: "a" },
      { name: "drops a block comment", template: "a #* $x\n #if *# b", text: "a  b" },
      { name: "keeps the line break behind a block comment", template: "#* a *#\nb", text: "\nb" },
      { name: "drops a documentation comment", template: "#**\n @param x\n*#b", text: "b" },
      {
        name: "ends an interpolated string at a line comment",
        template: '#set($x = "a##b")[$x]',
        text: "[a]",
      },
    ],
  },
  {
    reference: velocity("Escaping VTL Directives: #[[ ]]#"),
    cases: [
      {
        name: "leaves an unparsed block alone",
        template: "#[[ $x #if ## ]]#b",
        text: " $x #if ## b",
      },
      {
        name: "refuses an unparsed block without its end",
        template: "#[[ a",
        error: /#\[\[ without \]\]#/,
      },
    ],
  },
  {
    reference: velocitySource("src/java/org/apache/velocity/runtime/parser/Parser.jjt"),
    cases: [
      {
        name: "takes the blanks between a reference and a set",
        template: "#set($x = 1)$x #set($y = 2)$y",
        text: "12",
      },
      {
        name: "takes a hash before other characters as text",
        template: "# a #1 #-",
        text: "# a #1 #-",
      },
      {
        name: "refuses a hash at the end",
        template: "a #",
        error: /Lexical error.*line 1, column 4/,
      },
      {
        name: "takes a word that begins like a directive as text",
        template: "#iffy #ended #elsewhere",
        text: "#iffy #ended #elsewhere",
      },
      {
        name: "refuses white space in an empty list",
        template: "#set($x = [ ])",
        error: /Encountered "\]\)"/,
      },
    ],
  },
];
