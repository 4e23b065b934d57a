import { aws, type CaseGroup, type TemplateCase } from "./templateCase";

/** Joins lines of a template or of its output. */
const lines = (...all: readonly string[]): string => all.join("\n");
const RIGHT = `.replaceAll("\\\\'","'")`;

const dynamoItems = JSON.stringify({
  Count: 2,
  Items: [
    { id: { S: "1" }, text: { S: 'He said "hi"' }, likes: { N: "3" } },
    { id: { S: "2" }, text: { S: "it's / fine" }, likes: { N: "0" } },
  ],
});

const putComment: TemplateCase = {
  name: "builds the item of a DynamoDB integration",
  template: lines(
    "#set($inputRoot = $input.path('$'))",
    "{",
    '  "TableName": "${stageVariables.table}",',
    '  "Item": {',
    '    "commentId": {"S": "$context.requestId"},',
    `    "pageId": {"S": "$util.escapeJavaScript($input.params('pageId'))${RIGHT}"},`,
    "#if($inputRoot.tags && $inputRoot.tags.size() > 0)",
    '    "tags": {"L": [#foreach($tag in $inputRoot.tags){"S": "$util.escapeJavaScript($tag)"}#if($foreach.hasNext), #end#end]},',
    "#end",
    `    "message": {"S": "$util.escapeJavaScript($inputRoot.message)${RIGHT}"}`,
    "  }",
    "}",
  ),
  body: JSON.stringify({ message: `it's "me"\n`, tags: ["a", "b"] }),
  params: { path: { pageId: "p/1" } },
  context: { requestId: "r-1" },
  stageVariables: { table: "Comments" },
  text: lines(
    "{",
    '  "TableName": "Comments",',
    '  "Item": {',
    '    "commentId": {"S": "r-1"},',
    '    "pageId": {"S": "p\\/1"},',
    '    "tags": {"L": [{"S": "a"}, {"S": "b"}]},',
    '    "message": {"S": "it\'s \\"me\\"\\n"}',
    "  }",
    "}",
  ),
};

const listComments: TemplateCase = {
  name: "maps the items of a DynamoDB response",
  template: lines(
    "#set($inputRoot = $input.path('$'))",
    '{"comments": [',
    "#foreach($item in $inputRoot.Items)",
    `  {"id": "$item.id.S", "text": "$util.escapeJavaScript($item.text.S)${RIGHT}", "likes": $item.likes.N}#if($foreach.hasNext),#end`,
    "",
    "#end",
    "]}",
  ),
  body: dynamoItems,
  text: lines(
    '{"comments": [',
    '  {"id": "1", "text": "He said \\"hi\\"", "likes": 3},',
    '  {"id": "2", "text": "it\'s \\/ fine", "likes": 0}',
    "]}",
  ),
};

const passthrough: TemplateCase = {
  name: "passes the whole request through",
  template: lines(
    "#set($allParams = $input.params())",
    "{",
    "\"body-json\" : $input.json('$'),",
    '"params" : {',
    "#foreach($type in $allParams.keySet())",
    "    #set($params = $allParams.get($type))",
    '"$type" : {',
    "    #foreach($paramName in $params.keySet())",
    '    "$paramName" : "$util.escapeJavaScript($params.get($paramName))"',
    "        #if($foreach.hasNext),#end",
    "    #end",
    "}",
    "    #if($foreach.hasNext),#end",
    "#end",
    "}",
    "}",
  ),
  body: '{"a":[1]}',
  params: { querystring: { q: "x" } },
  text: lines(
    "{",
    '"body-json" : {"a":[1]},',
    '"params" : {',
    '"path" : {',
    "    }",
    '    ,"querystring" : {',
    '        "q" : "x"',
    "            }",
    '    ,"header" : {',
    "    }",
    "    }",
    "}",
  ),
};

const statusOverride: TemplateCase = {
  name: "chooses the answer by the content of the response",
  template: lines(
    "#set($body = $util.parseJson($input.path('$.errorMessage')))",
    "#if($body.code == 'NotFound')",
    "#set($context.responseOverride.status = 404)",
    "#else",
    "#set($context.responseOverride.status = 500)",
    "#end",
    '{"message": "$util.escapeJavaScript($body.text)"}',
  ),
  body: JSON.stringify({
    errorMessage: JSON.stringify({ code: "NotFound", text: "no\tsuch page" }),
  }),
  text: '{"message": "no\\tsuch page"}',
};

const macroLibrary: TemplateCase = {
  name: "writes maps with a macro",
  template: lines(
    "#macro(object $map)",
    '{#foreach($key in $map.keySet())"$key":"$util.escapeJavaScript($map.get($key))"#if($foreach.hasNext),#end#end}',
    "#end",
    '{"stage":#object($stageVariables),',
    '"identity":#object($context.identity)}',
  ),
  context: { identity: { sourceIp: "1.2.3.4", userAgent: "a/b" } },
  stageVariables: { x: "1", y: "2" },
  text: lines(
    '{"stage":{"x":"1","y":"2"}',
    ",",
    '"identity":{"sourceIp":"1.2.3.4","userAgent":"a\\/b"}',
    "}",
  ),
};

const stepFunctions: TemplateCase = {
  name: "quotes a document in a document",
  template: lines(
    "#set($inputString = '')",
    '#set($inputString = "$inputString,@@body@@: $input.body")',
    '#set($inputString = "$inputString, @@path@@:{")',
    "#foreach($name in $input.params().path.keySet())",
    '#set($inputString = "$inputString @@$name@@: @@$util.escapeJavaScript($input.params().path.get($name))@@")',
    "#if($foreach.hasNext)",
    '#set($inputString = "$inputString,")',
    "#end",
    "#end",
    '#set($inputString = "$inputString }")',
    `#set($inputString = $inputString.replaceAll("@@",'"'))`,
    "#set($len = $inputString.length() - 1)",
    '{"input": "{$util.escapeJavaScript($inputString.substring(1,$len)).replaceAll("\\\\\'","\'")}}"}',
  ),
  body: '{"k":"it\'s"}',
  params: { path: { a: "1", b: "2" } },
  text: '{"input": "{\\"body\\": {\\"k\\":\\"it\'s\\"}, \\"path\\":{ \\"a\\": \\"1\\", \\"b\\": \\"2\\" }}"}',
};

export const examples: readonly CaseGroup[] = [
  {
    reference: aws("models-mappings", "whole templates"),
    cases: [putComment, listComments, passthrough, statusOverride, macroLibrary, stepFunctions],
  },
];
