import { aws, type CaseGroup, ownRule } from "./templateCase";

const REFERENCE = "api-gateway-mapping-template-reference";
const params = {
  path: { id: "p", a: "path" },
  querystring: { q: "1", a: "query" },
  header: { Accept: "*/*", a: "header" },
};

export const gateway: readonly CaseGroup[] = [
  {
    reference: aws(REFERENCE, "$input Variables"),
    cases: [
      {
        name: "gives the raw payload",
        template: "$input.body",
        body: ' {"a": 1.50}\n',
        text: ' {"a": 1.50}\n',
      },
      {
        name: "gives an empty payload as an empty object",
        template: "$input.body $input.json('$') $input.path('$')",
        body: "",
        text: "{} {} {}",
      },
      {
        name: "gives JSON text of a part",
        template: "$input.json('$.pets')",
        body: '{"pets": [ {"id": 1, "type": "dog"} ]}',
        text: '[{"id":1,"type":"dog"}]',
      },
      {
        name: "gives a JSON string with its quotes",
        template: "$input.json('$.s')",
        body: '{"s":"a\\"b/é\\n"}',
        text: '"a\\"b/é\\n"',
      },
      {
        name: "gives JSON scalars",
        template: "$input.json('$.t') $input.json('$.n') $input.json('$.i')",
        body: '{"t":true,"n":null,"i":-0.5}',
        text: "true null -0.5",
      },
      {
        name: "gives an empty JSON string for what is missing",
        template: "$input.json('$.nope') $input.json('$.a.b')",
        body: "{}",
        text: '"" ""',
      },
      {
        name: "keeps the order of keys",
        template: "$input.json('$')",
        body: '{"b":1,"a":2,"10":3,"9":4}',
        text: '{"b":1,"a":2,"10":3,"9":4}',
      },
      {
        name: "gives objects to work with",
        template: "#set($p = $input.path('$'))#foreach($b in $p.bikes)$b.name$b.gears.get(0);#end",
        body: '{"bikes":[{"name":"x","gears":[3]},{"name":"y","gears":[5]}]}',
        text: "x3;y5;",
      },
      {
        name: "gives nothing for what is missing",
        template: "[$input.path('$.nope')]#if($input.path('$.nope'))a#else b#end",
        body: "{}",
        text: "[] b",
      },
      {
        name: "gives a payload that is no JSON as a string",
        template: "$input.path('$').length() $input.path('$').split('&')[1]",
        body: "a=1&b=2",
        text: "7 b=2",
      },
      {
        name: "refuses a payload that is broken JSON",
        template: "$input.path('$')",
        body: '{"a":',
        error: /not JSON.*line 1, column 1/,
      },
      {
        name: "searches a parameter in path, query string and header",
        template: "$input.params('a') $input.params('q') $input.params('Accept')",
        params,
        text: "path 1 */*",
      },
      {
        name: "gives an empty string for a missing parameter",
        template: "[$input.params('nope')]$input.params('nope').length()",
        params,
        text: "[]0",
      },
      {
        name: "gives all parameters",
        template:
          "$input.params().path.id $input.params().querystring.get('q') $input.params().header",
        params,
        text: "p 1 {Accept=*/*, a=header}",
      },
      {
        name: "loops over all parameters",
        template:
          '#foreach($kind in $input.params().keySet())#set($map = $input.params().get($kind))"$kind":{#foreach($n in $map.keySet())"$n":"$util.escapeJavaScript($map.get($n))"#if($foreach.hasNext),#end#end}#if($foreach.hasNext),#end#end',
        params,
        text: '"path":{"id":"p","a":"path"},"querystring":{"q":"1","a":"query"},"header":{"Accept":"*\\/*","a":"header"}',
      },
      {
        name: "does not find parameters of the prototype",
        template: "[$input.params('constructor')][$input.params('__proto__')]",
        params,
        text: "[][]",
      },
    ],
  },
  {
    reference:
      "https://github.com/localstack/localstack/pull/12379, observed on AWS: maps as {a=b}, lists as JSON",
    cases: [
      {
        name: "renders a map as Java does",
        template: "$input.path('$')",
        body: '{"a":1,"b":{"c":"x"},"d":null}',
        text: "{a=1, b={c=x}, d=null}",
      },
      {
        name: "renders a list of the payload as JSON",
        template: "$input.path('$')",
        body: '{"a":1,"b":[{"c":5}]}',
        text: '{a=1, b=[{"c":5}]}',
      },
      {
        name: "renders a list literal as Java does",
        template: "#set($l = ['a', {'b': 1}, [true]])$l",
        text: "[a, {b=1}, [true]]",
      },
    ],
  },
  {
    reference: aws(REFERENCE, "$util Functions"),
    cases: [
      {
        name: "escapes quotes, slashes and backslashes",
        template: "$util.escapeJavaScript($input.path('$.s'))",
        body: JSON.stringify({ s: `'"\\/` }),
        text: `\\'\\"\\\\\\/`,
      },
      {
        name: "escapes control characters and all beyond ASCII",
        template: "$util.escapeJavaScript($input.path('$.s'))",
        body: JSON.stringify({ s: "\n\t\b\f\r\u0001é\u2028😀" }),
        text: "\\n\\t\\b\\f\\r\\u0001\\u00E9\\u2028\\uD83D\\uDE00",
      },
      {
        name: "leaves the other ASCII characters",
        template: "$util.escapeJavaScript('<a href=$x>#&~')",
        text: "<a href=$x>#&~",
      },
      {
        name: "turns escaped single quotes back for JSON",
        template: `{"m": "$util.escapeJavaScript($input.path('$.m')).replaceAll("\\\\'","'")"}`,
        body: JSON.stringify({ m: `it's "x"` }),
        text: `{"m": "it's \\"x\\""}`,
      },
      { name: "escapes null to nothing", template: "[$util.escapeJavaScript($nope)]", text: "[]" },
      {
        name: "escapes the text of other values",
        template: "$util.escapeJavaScript(5)$util.escapeJavaScript($input.path('$'))",
        body: '{"a":["b"]}',
        text: '5{a=[\\"b\\"]}',
      },
      {
        name: "parses JSON in a string",
        template: "#set($o = $util.parseJson($input.path('$.s')))$o.a[1].b",
        body: JSON.stringify({ s: '{"a":[1,{"b":"x"}]}' }),
        text: "x",
      },
      {
        name: "parses JSON scalars",
        template:
          "#set($n = $util.parseJson('12') + 1)$n $util.parseJson('\"x\"') $util.parseJson('true')",
        text: "13 x true",
      },
      {
        name: "fails to parse what is no JSON",
        template: "a\n $util.parseJson('{')",
        error: /\$util\.parseJson\('\{'\).*line 2, column 2/,
      },
      {
        name: "encodes for a URL",
        template: "$util.urlEncode('a b&c=/é*~(!)')",
        text: "a+b%26c%3D%2F%C3%A9*%7E%28%21%29",
      },
      { name: "decodes from a URL", template: "$util.urlDecode('a+b%26%C3%A9')", text: "a b&é" },
      {
        name: "fails to decode an incomplete escape",
        template: "$util.urlDecode('%4')",
        error: /URLDecoder/,
      },
      {
        name: "encodes and decodes base64",
        template: "$util.base64Encode('é😀') $util.base64Decode('w6k=')",
        text: "w6nwn5iA é",
      },
      {
        name: "has no other functions",
        template: "[$util.nope('x')][$util.qr('x')]",
        text: "[][]",
      },
    ],
  },
  {
    reference: aws(REFERENCE, "$context Variables"),
    cases: [
      {
        name: "gives context variables",
        template: "$context.stage $context.identity.sourceIp $context.requestTimeEpoch",
        context: {
          stage: "prod",
          identity: { sourceIp: "1.2.3.4" },
          requestTimeEpoch: 1583348638390,
        },
        text: "prod 1.2.3.4 1583348638390",
      },
      {
        name: "gives nothing for what the context lacks",
        template: "[$context.nope][$context.authorizer.claims.sub]",
        context: { authorizer: {} },
        text: "[][]",
      },
      {
        name: "gives properties with unusual names by get",
        template: "$context.authorizer.get('custom:x') $context.authorizer['custom:x']",
        context: { authorizer: { "custom:x": "v" } },
        text: "v v",
      },
    ],
  },
  {
    reference: aws(REFERENCE, "$stageVariables"),
    cases: [
      {
        name: "gives stage variables in three notations",
        template:
          "$stageVariables.x $stageVariables['x'] ${stageVariables['x']} ${stageVariables.x}y",
        stageVariables: { x: "v" },
        text: "v v v vy",
      },
      {
        name: "gives nothing for a stage variable that is not set",
        template: "[$stageVariables.nope][${stageVariables.constructor}]",
        text: "[][]",
      },
      {
        name: "lists stage variables",
        template: "#foreach($k in $stageVariables.keySet())$k=$stageVariables.get($k);#end",
        stageVariables: { a: "1", b: "2" },
        text: "a=1;b=2;",
      },
    ],
  },
  {
    reference: aws("apigateway-override-request-response-parameters", "Overrides are final"),
    cases: [
      {
        name: "refuses a second override of a parameter",
        template:
          "#set($context.requestOverride.header.a = '1')#set($context.requestOverride.header.a = '2')",
        error: /requestOverride\.header\.a is already overridden/,
      },
      {
        name: "refuses a second override of the status",
        template:
          "#set($context.responseOverride.status = 400)#set($context.responseOverride.status = 500)",
        error: /responseOverride\.status cannot be set/,
      },
      {
        name: "refuses a status that is none",
        template: "#set($context.responseOverride.status = 'teapot')",
        error: /no HTTP status: teapot/,
      },
      {
        name: "refuses an override of all parameters at once",
        template: "#set($context.requestOverride.header = {'a': 'b'})",
        error: /requestOverride\.header cannot be set/,
      },
      {
        name: "refuses an override that does not exist",
        template: "#set($context.responseOverride.statusCode = 400)",
        error: /responseOverride\.statusCode cannot be set/,
      },
    ],
  },
  {
    reference: ownRule("$input.path gives the document itself, which $input.json shows as changed"),
    cases: [
      {
        name: "lets a template change the payload",
        template: "#set($p = $input.path('$'))#set($p.b = 2)$p.remove('a')|$input.json('$')",
        body: '{"a":1}',
        text: '1|{"b":2}',
      },
    ],
  },
  {
    reference: ownRule("values lead to no class and no prototype"),
    cases: [
      {
        name: "gives no class of a value",
        template:
          "[$input.getClass()][$input.class][$util.class.name][$input.path('$').getClass().forName('x')]",
        body: "{}",
        text: "[][][][]",
      },
      {
        name: "gives no prototype of a value",
        template:
          "[$input.path('$').constructor][$input.path('$')['__proto__']][$context.constructor.name][$util.toString.call()]",
        body: "{}",
        text: "[][][][]",
      },
      {
        name: "gives no property of JavaScript",
        template:
          "#set($s = 'abc')#set($l = [1])[$s.length][$l.length][$l.push(2)][$s.at(0)][$l.map]",
        text: "[][][][][]",
      },
      {
        name: "reads data under the names of a prototype",
        template: "$input.path('$.constructor') $input.path('$').get('__proto__')",
        body: '{"constructor":"c","__proto__":"p"}',
        text: "c p",
      },
    ],
  },
];
