export const deploymentOnlyModule = true;

/** User id of builds: no system assigns it to a user. */
export const BUILD_USER = 63_999;
/** Folders in the sandbox. */
export const APP_FOLDER = "app";
export const PROXY_SOCKET = "proxy.sock";

const PROXY_PORT = 3128;

/** The environment of a command: nothing from the worker's. */
const VARIABLES = {
  CI: "true",
  HOME: "/home",
  HTTP_PROXY: `http://127.0.0.1:${PROXY_PORT}`,
  HTTPS_PROXY: `http://127.0.0.1:${PROXY_PORT}`,
  LANG: "C.UTF-8",
  NO_COLOR: "1",
  NPM_CONFIG_UPDATE_NOTIFIER: "false",
  PATH: "/opt:/usr/local/bin:/usr/bin:/bin",
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
  PIP_NO_CACHE_DIR: "1",
  TMPDIR: "/tmp",
  // curl only reads the lower-case name.
  https_proxy: `http://127.0.0.1:${PROXY_PORT}`,
};

/**
 * Forwards connections to the proxy's port: the sandbox has no network, and its file system contains the proxy's
 * socket.
 */
const FORWARDER = `require("node:net").createServer((near) => {
  const far = require("node:net").connect("/${PROXY_SOCKET}");
  near.pipe(far).pipe(near);
  for (const one of [near, far]) one.on("error", () => (near.destroy(), far.destroy()));
}).listen(${PROXY_PORT}, "127.0.0.1", () => console.log("ready"));`;

/**
 * The first process of a sandbox, root in its own namespaces: when it ends, the kernel ends all others.
 *
 * It writes "ready" to descriptor 3, waits for a line, then runs each command and reports how it ended. It ends when
 * its input is closed, so also when its parent process has ended. Within a chroot no process can create user
 * namespaces.
 * https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
 * https://man7.org/linux/man-pages/man2/unshare.2.html (EPERM)
 *
 * Arguments: bytes of disk, files, bytes of memory, processes, Node.js, and the commands.
 */
export const SANDBOX_SCRIPT = `set -euo pipefail
disk=$1 files=$2 memory=$3 processes=$4 node=$5
shift 5
mount -t tmpfs -o "size=$disk,nr_inodes=$files,mode=755,nosuid,nodev" build /tmp
cd /tmp
mkdir ${APP_FOLDER} dev dev/shm home opt proc tmp
for folder in bin etc lib lib32 lib64 libx32 sbin usr; do
  if [[ -L /$folder ]]; then
    cp -P "/$folder" .
  elif [[ -d /$folder ]]; then
    mkdir "$folder"
    mount --rbind "/$folder" "$folder"
    mount -o remount,bind,ro,nosuid "$folder"
  fi
done
for device in full null random urandom zero; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
ln -s /proc/self/fd dev/fd
: >opt/node
mount --bind "$node" opt/node
echo "build:x:${BUILD_USER}:${BUILD_USER}::/home:/bin/sh" >passwd
mount --bind passwd etc/passwd
mount -t proc -o nosuid,nodev,noexec,hidepid=2 proc proc
chown ${BUILD_USER}:${BUILD_USER} dev/shm home tmp
ip link set lo up
# Memory that belongs to no process.
echo 0 >/proc/sys/kernel/shmall
# What the kernel ends first where memory is short.
echo 1000 >/proc/self/oom_score_adj
inside() {
  exec chroot /tmp env --ignore-environment ${Object.entries(VARIABLES)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ")} \\
    nice prlimit --nproc="$processes" --core=0 "$@"
}
as_user=(setpriv --reuid=${BUILD_USER} --regid=${BUILD_USER} --clear-groups --no-new-privs
  --bounding-set=-all --inh-caps=-all env --chdir=/${APP_FOLDER})
exec 4< <(inside "\${as_user[@]}" /opt/node -e '${FORWARDER}' </dev/null 2>/dev/null 3>&-)
read -r -u 4
echo ready >&3
# What runs in the background has no input otherwise.
exec 5<&0
read -r
chown -R --no-dereference ${BUILD_USER}:${BUILD_USER} ${APP_FOLDER}
cat <&5 >/dev/null 3>&- 4<&- &
input=$!
for command in "$@"; do
  inside --data="$memory" "\${as_user[@]}" bash -c "$command" </dev/null 2>&1 3>&- 4<&- 5<&- &
  wait -n -p ended $! $input && code=0 || code=$?
  [[ $ended != "$input" ]] || exit 1
  echo "$code" >&3
  (( code == 0 )) || exit 0
done
`;
