// Sends GETs over keep-alive connections and tells its parent process how long they took. Arguments: requests, warm-up
// requests before them, connections, one or more URLs, which are used in turn.
"use strict";
const http = require("node:http");

const [requests, warmUp, connections, ...urls] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: Number(connections) });
const times = [];
let failed = 0;
let sent = 0;

function get() {
  return new Promise((resolve) => {
    const started = performance.now();
    http
      .get(urls[sent++ % urls.length], { agent }, (response) => {
        response.resume();
        response.on("end", () => {
          if (response.statusCode === 200) times.push(performance.now() - started);
          else failed += 1;
          resolve();
        });
      })
      .on("error", () => {
        failed += 1;
        resolve();
      });
  });
}

async function run(count) {
  let left = count;
  const connection = async () => {
    while (left-- > 0) await get();
  };
  await Promise.all(Array.from({ length: Number(connections) }, connection));
}

(async () => {
  await run(Number(warmUp));
  times.length = 0;
  failed = 0;
  const started = performance.now();
  await run(Number(requests));
  const seconds = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor(times.length * share)] ?? 0;
  process.send(
    { requestsPerSecond: Number(requests) / seconds, p50: at(0.5), p99: at(0.99), failed },
    () => process.exit(0),
  );
})();
