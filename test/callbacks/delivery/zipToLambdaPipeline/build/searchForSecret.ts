/**
 * Script of a hostile build: it searches for a text of the worker in every file that it may read outside of the
 * system's own folders, and in the files, environment, descriptors and memory of each process that it can name. It
 * prints where it has found the text, and which open files it has inherited.
 */
export const SEARCH = String.raw`
const fs = require("node:fs");
const pattern = /hidden-[0-9a-f]{8}-[0-9a-f-]{27}/;
const MOST_PROCESSES = 500;
const SYSTEM = new Set(["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt/node"]);
const ENDLESS = /^\/proc\/(\d+\/|self\/|thread-self\/|kcore|kmsg|kpage)/;
/** Of one piece of memory. */
const MOST_BYTES = 64 * 2 ** 20;
const page = Buffer.alloc(2 ** 20);
const found = new Set();
const tried = (read) => {
  try {
    return read();
  } catch {
    return undefined;
  }
};
const look = (path, bytes) => {
  if (bytes && pattern.test(bytes.toString("latin1"))) found.add(path);
};
function walk(folder) {
  for (const name of tried(() => fs.readdirSync(folder)) ?? []) {
    const path = (folder === "/" ? "" : folder) + "/" + name;
    look(path, Buffer.from(path));
    if (SYSTEM.has(path) || ENDLESS.test(path + "/")) continue;
    // A device is mounted over a file, which is what its folder says of it.
    const entry = tried(() => fs.lstatSync(path));
    if (entry?.isDirectory()) walk(path);
    else if (entry?.isFile()) look(path, tried(() => fs.readFileSync(path)));
  }
}
function readMemory(pid) {
  const file = tried(() => fs.openSync("/proc/" + pid + "/mem", "r"));
  if (file === undefined) return;
  for (const line of (tried(() => fs.readFileSync("/proc/" + pid + "/maps", "utf8")) ?? "").split("\n")) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    if (from === undefined) continue;
    const end = Math.min(Number("0x" + to), Number("0x" + from) + MOST_BYTES);
    for (let at = Number("0x" + from); at < end; at += page.length) {
      if (!tried(() => fs.readSync(file, page, 0, Math.min(page.length, end - at), at))) break;
      look("/proc/" + pid + "/mem", page);
    }
  }
  fs.closeSync(file);
}
const isOwn = (pid) =>
  new RegExp("^Tgid:\\t" + process.pid + "$", "m").test(
    tried(() => fs.readFileSync("/proc/" + pid + "/status", "utf8")) ?? "",
  );
walk("/");
look("/proc/net/unix", tried(() => fs.readFileSync("/proc/net/unix")));
for (let pid = 1; pid <= MOST_PROCESSES; pid += 1) {
  const of = "/proc/" + pid;
  for (const name of ["environ", "cmdline", "maps", "mountinfo"])
    look(of + "/" + name, tried(() => fs.readFileSync(of + "/" + name)));
  // A thread of this very process has what it has found.
  if (isOwn(pid)) continue;
  for (const name of ["cwd", "root/tmp", "root/root"])
    look(of + "/" + name, Buffer.from((tried(() => fs.readdirSync(of + "/" + name)) ?? []).join()));
  readMemory(pid);
}
const handed = fs
  .readdirSync("/proc/self/fd")
  .map((fd) => tried(() => fs.readlinkSync("/proc/self/fd/" + fd)))
  .filter((target) => target?.startsWith("/") && !/^\/(dev\/null|proc\/\d+\/fd)$/.test(target));
console.log(JSON.stringify({ found: [...found].sort(), handed }));
`;
