import { type CaseGroup, jayway } from "./templateCase";

const body = JSON.stringify({
  store: {
    book: [
      { category: "reference", author: "Nigel Rees", price: 8.95 },
      { category: "fiction", author: "Evelyn Waugh", price: 12.99 },
      { category: "fiction", author: "Herman Melville", isbn: "0-553-21311-3", price: 8.99 },
    ],
    bicycle: { color: "red", price: 19.95 },
  },
  expensive: 10,
  "a key": { "b.c": [1, [2, 3]] },
  numbers: [5, 1, 4],
  nothing: null,
  text: "abc",
});
const json = (path: string) => `$input.json("${path}")`;

/** Creates a case with a condition on the items of `list`, and the items that match. */
const filtered = (name: string, condition: string, list: readonly unknown[], text: string) => ({
  name,
  template: json(`$.list[?(${condition})]`),
  body: JSON.stringify({ list }),
  text,
});

const jayway29 = (file: string) =>
  `https://github.com/json-path/JsonPath/blob/json-path-2.9.0/json-path/src/main/java/com/jayway/jsonpath/internal/${file}.java`;

export const jsonPaths: readonly CaseGroup[] = [
  {
    reference: jayway("Operators"),
    cases: [
      { name: "reads children", template: json("$.store.bicycle.color"), body, text: '"red"' },
      {
        name: "reads children in brackets",
        template: json("$['a key']['b.c'][0]"),
        body,
        text: "1",
      },
      {
        name: "reads a path without its root",
        template: json("store.bicycle.price"),
        body,
        text: "19.95",
      },
      {
        name: "reads indexes from both ends",
        template: `${json("$.numbers[0]")} ${json("$.numbers[-1]")}`,
        body,
        text: "5 4",
      },
      {
        name: "finds nothing at an index outside",
        template: json("$.numbers[9]"),
        body,
        text: '""',
      },
      { name: "reads several indexes", template: json("$.numbers[0,2,9]"), body, text: "[5,4]" },
      {
        name: "reads slices",
        template: `${json("$.numbers[1:]")} ${json("$.numbers[:2]")} ${json("$.numbers[-2:]")} ${json("$.numbers[0:1]")}`,
        body,
        text: "[1,4] [5,1] [1,4] [5]",
      },
      {
        name: "reads all items",
        template: json("$.store.book[*].author"),
        body,
        text: '["Nigel Rees","Evelyn Waugh","Herman Melville"]',
      },
      {
        name: "reads all members",
        template: json("$.store.bicycle.*"),
        body,
        text: '["red",19.95]',
      },
      { name: "scans", template: json("$..price"), body, text: "[8.95,12.99,8.99,19.95]" },
      {
        name: "scans for an index",
        template: json("$..book[2].isbn"),
        body,
        text: '["0-553-21311-3"]',
      },
      {
        name: "makes an object of several members",
        template: json("$.store.book[0]['price','category']"),
        body,
        text: '{"price":8.95,"category":"reference"}',
      },
      {
        name: "finds an empty list where a wildcard finds nothing",
        template: `${json("$..nope")} ${json("$.numbers[*].x")}`,
        body,
        text: "[] []",
      },
      {
        name: "tells null from what is missing",
        template: `${json("$.nothing")} ${json("$.nothing.x")} ${json("$.text.x")}`,
        body,
        text: 'null "" ""',
      },
      {
        name: "refuses a bad path",
        template: json("$.store["),
        body,
        error: /InvalidPathException/,
      },
      {
        name: "refuses an empty path",
        template: json(""),
        body,
        error: /can not be null or empty/,
      },
    ],
  },
  {
    reference: jayway("Filter Operators"),
    cases: [
      {
        name: "filters by existence",
        template: json("$..book[?(@.isbn)].author"),
        body,
        text: '["Herman Melville"]',
      },
      {
        name: "filters by comparison",
        template: json("$.store.book[?(@.price < 10)].price"),
        body,
        text: "[8.95,8.99]",
      },
      {
        name: "filters by a value of the document",
        template: json("$..book[?(@.price <= $['expensive'])].price"),
        body,
        text: "[8.95,8.99]",
      },
      {
        name: "filters by equality without blanks",
        template: json("$..book[?(@.category=='fiction')].price"),
        body,
        text: "[12.99,8.99]",
      },
      {
        name: "filters by several conditions",
        template: json("$..book[?(@.price > 8.96 && (@.category == 'x' || !(@.isbn)))].price"),
        body,
        text: "[12.99]",
      },
      {
        name: "filters by regular expression",
        template: json("$..book[?(@.author =~ /.*REES/i)].price"),
        body,
        text: "[8.95]",
      },
      {
        name: "filters by membership",
        template: `${json("$..book[?(@.category in ['reference', 'x'])].price")} ${json("$..book[?(@.category nin ['fiction'])].price")}`,
        body,
        text: "[8.95] [8.95]",
      },
      { name: "filters scalars", template: json("$.numbers[?(@ >= 4)]"), body, text: "[5,4]" },
    ],
  },
  {
    reference: jayway("Functions"),
    cases: [
      {
        name: "counts items and members",
        template: `${json("$.numbers.length()")} ${json("$.store.length()")}`,
        body,
        text: "3 2",
      },
      {
        name: "aggregates numbers",
        template: `${json("$.numbers.min()")} ${json("$.numbers.max()")} ${json("$.numbers.sum()")} ${json("$.numbers.avg()")}`,
        body,
        text: "1.0 5.0 10.0 3.3333333333333335",
      },
      {
        name: "refuses a function it lacks",
        template: json("$.numbers.concat('x')"),
        body,
        error: /does not support the JSONPath function concat/,
      },
    ],
  },
  {
    reference: jayway29("filter/ValueNodes"),
    cases: [
      {
        name: "compares a fraction by its decimal digits",
        template: json("$..book[?(@.price==8.95)].author"),
        body,
        text: '["Nigel Rees"]',
      },
      {
        name: "takes 1.0 and 1 for equal",
        template: json("$.list[?(@.n==1)].n"),
        body: '{"list":[{"n":1.0},{"n":1},{"n":"1"},{"n":"1.0"},{"n":2}]}',
        text: '[1.0,1,"1"]',
      },
      filtered("gives texts and numbers no order", "@.n < 7", [{ n: "5" }, { n: 5 }], '[{"n":5}]'),
      filtered(
        "orders texts by their characters",
        "@.n < '7'",
        [{ n: "5" }, { n: 5 }],
        '[{"n":"5"}]',
      ),
      filtered("takes nothing for equal to what is not there", "@.a == @.b", [{}, { a: 1 }], "[]"),
      filtered("finds what is not there different", "@.a != @.b", [{}, { a: 1, b: 1 }], "[{}]"),
      filtered(
        "tells the types apart with three signs",
        "@.n === 1",
        [{ n: "1" }, { n: 1 }],
        '[{"n":1}]',
      ),
      filtered("negates three signs", "@.n !== 1", [{ n: "1" }, { n: 1 }], '[{"n":"1"}]'),
      filtered(
        "compares lists as Java does",
        "@.a == @.b",
        [{ a: [1], b: [1] }],
        '[{"a":[1],"b":[1]}]',
      ),
    ],
  },
  {
    reference: jayway29("filter/EvaluatorFactory"),
    cases: [
      filtered(
        "leaves out an item whose list is none: nin",
        "@.a nin @.b",
        [{ a: 1, b: 2 }, { a: 1 }],
        "[]",
      ),
      filtered("negates nothing that cannot be computed", "!(@.a in @.b)", [{ a: 1, b: 2 }], "[]"),
      filtered("is in no map: nin", "@.a nin @.b", [{ a: 1, b: {} }], '[{"a":1,"b":{}}]'),
      filtered("finds no list that is none of another", "@.a noneof ['x']", [{ a: 1 }, {}], "[]"),
      filtered(
        "finds no list in another where it is none",
        "@.a subsetof ['x']",
        [{ a: 1 }, {}],
        "[]",
      ),
      filtered(
        "compares lists by their items",
        "@.a noneof ['x']",
        [{ a: ["y"] }, { a: ["x"] }],
        '[{"a":["y"]}]',
      ),
      filtered(
        "counts no members of a map",
        "@.a size 1",
        [{ a: { b: 1 } }, { a: [1] }],
        '[{"a":[1]}]',
      ),
      filtered(
        "finds neither null nor a number empty or full",
        "@.a empty false",
        [{ a: null }, { a: 1 }, { a: "x" }],
        '[{"a":"x"}]',
      ),
      filtered(
        "finds no number in a text",
        "@.a contains 1",
        [{ a: "1" }, { a: [1] }],
        '[{"a":[1]}]',
      ),
      filtered(
        "matches any text of a list",
        "@.a =~ /x.*/",
        [{ a: ["y", "xy"] }, { a: ["y"] }],
        '[{"a":["y","xy"]}]',
      ),
      filtered(
        "matches what is no text as the empty one",
        "@.a =~ /x?/",
        [{ a: null }, { a: "y" }],
        '[{"a":null}]',
      ),
    ],
  },
  {
    reference: jayway29("path/CompiledPath"),
    cases: [
      {
        name: "sums up what a scan finds",
        template: json("$..price.sum()"),
        body: '{"a":{"price":1},"b":[{"price":2}]}',
        text: "3.0",
      },
      {
        name: "aggregates what a scan and a filter find",
        template: `${json("$..book[?(@.price > 8.96)].price.min()")} ${json("$..book[*].price.max()")}`,
        body,
        text: "8.99 12.99",
      },
      {
        name: "counts what lies below the values of a scan",
        template: json("$..numbers.length()"),
        body,
        text: "3",
      },
      {
        name: "applies a function to each value elsewhere",
        template: json("$.store.book[*].price.sum()"),
        body,
        error: /empty array/,
      },
    ],
  },
  {
    reference: jayway29("path/ArraySliceOperation"),
    cases: [
      {
        name: "refuses an index that is no int",
        template: json("$.numbers[-2147483649]"),
        body,
        error: /InvalidPathException/,
      },
      {
        name: "refuses a slice that is no int",
        template: json("$.numbers[-113667776004:2]"),
        body,
        error: /InvalidPathException/,
      },
      {
        name: "begins a long way before the list",
        template: json("$.numbers[-2147483648:2]"),
        body,
        text: "[5,1,4,5,1]",
      },
    ],
  },
];
