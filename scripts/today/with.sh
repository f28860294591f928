#!/usr/bin/env bash
# with.sh FOLDER STATE COMMAND...: runs a command with the engine of STATE as /var/run/docker.sock, the ports that it
# publishes on localhost, and the docker, `docker compose` and dockerd of FOLDER. All else is the machine's.
set -euo pipefail
[ $# -ge 3 ] || { echo "usage: with.sh FOLDER STATE COMMAND..." >&2; exit 2; }
folder=$(cd "$1" && pwd)
pid=$(cat "$2/pid")
shift 2
export PATH=$folder/bin:$PATH DOCKER_CONFIG=$folder/config
unset DOCKER_HOST
exec nsenter --target "$pid" --mount --net --wd="$PWD" "$@"
