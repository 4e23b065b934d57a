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
];
