// A Node server that only answers the same JSON; in a separate process, like the cloud that it is compared with.
"use strict";
const { createServer } = require("node:http");
const { answerUsage } = require("./answerUsage.js");

const [body] = process.argv.slice(2);
const server = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(JSON.parse(body)));
});
server.listen(0, "127.0.0.1", () => {
  answerUsage(() => undefined);
  process.send({ outputs: {}, endpoint: `http://127.0.0.1:${server.address().port}` });
});
