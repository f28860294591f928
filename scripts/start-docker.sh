#!/usr/bin/env bash
# Makes ready what the tests with a real engine need: a Docker engine, and in it the images busybox:local and node:local, which no
# registry has: the second one is the first with this machine's Node in it.
# Starts an engine when none answers, and prints its process id then. Needs docker.io and busybox-static; the engine needs root.
set -euo pipefail

log=${DOCKERD_LOG:-/tmp/dockerd.log}

if ! docker info >/dev/null 2>&1; then
  setsid dockerd >"$log" 2>&1 </dev/null &
  engine=$!
  for _ in $(seq 120); do
    docker info >/dev/null 2>&1 && break
    if ! kill -0 "$engine" 2>/dev/null; then break; fi
    sleep 0.5
  done
  if ! docker info >/dev/null 2>&1; then
    kill "$engine" 2>/dev/null || true
    echo "the Docker engine does not start:" >&2
    tail -n 20 "$log" >&2
    exit 1
  fi
  echo "$engine"
fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
mkdir -p "$root/bin" "$root/etc" "$root/usr/bin"
mkdir -m 1777 "$root/tmp"
cp "$(command -v busybox)" "$root/bin/busybox"
for applet in $(busybox --list); do
  [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
ln -s /bin/env "$root/usr/bin/env"
docker image inspect busybox:local >/dev/null 2>&1 || tar -C "$root" -c . | docker import - busybox:local >/dev/null

if ! docker image inspect node:local >/dev/null 2>&1; then
  program=$(node -p process.execPath)
  mkdir -p "$root/usr/local/bin"
  cp "$program" "$root/usr/local/bin/node"
  ldd "$program" | grep -o '/[^ )]*' | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
  tar -C "$root" -c . | docker import - node:local >/dev/null
fi
