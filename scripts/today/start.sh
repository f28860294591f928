#!/usr/bin/env bash
# start.sh FOLDER STATE: starts the engine that get.sh has put into FOLDER beside any other engine of the machine, with
# mounts and a network of its own. STATE gets its data, its log and its process id (STATE/pid, for `kill`). Needs root.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: start.sh FOLDER STATE" >&2; exit 2; }
bin=$(cd "$1/bin" && pwd)
mkdir -p "$2/run/lock" "$2/data"
state=$(cd "$2" && pwd)
PATH=$bin:$PATH setsid unshare --mount --net --propagation slave sh -c '
  ip link set lo up && mount --bind "$1/run" /run && exec dockerd --data-root "$1/data" --exec-root /run/docker-exec \
    --pidfile /run/docker.pid --host unix:///run/docker.sock --cgroup-parent "/$2"' \
  sh "$state" "today-$$" >"$state/log" 2>&1 </dev/null &
echo $! >"$state/pid"
for _ in $(seq 120); do
  "$bin/docker" -H "unix://$state/run/docker.sock" version --format 'engine {{.Server.Version}}' 2>/dev/null && exit 0
  kill -0 "$(cat "$state/pid")" 2>/dev/null || break
  sleep 0.5
done
tail -n 20 "$state/log" >&2
exit 1
