#!/usr/bin/env bash
# Makes ready what the tests with a real engine need: a Docker engine, and in it the images busybox:local, node:local and haproxy:local,
# which no registry has: the others are the first one with this machine's Node or HAProxy in it, the last one made like the official image.
# Starts an engine when none answers, and prints its process id then. Needs docker.io and busybox-static, and for haproxy:local the package
# haproxy; the engine needs root.
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

copy_program() {
  mkdir -p "$root$(dirname "$2")"
  cp "$1" "$root$2"
  ldd "$1" | grep -o '/[^ )]*' | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
}

if ! docker image inspect haproxy:local >/dev/null 2>&1 && program=$(command -v haproxy); then
  copy_program "$program" /usr/local/sbin/haproxy
  mkdir -p "$root/usr/local/bin" "$root/usr/local/etc/haproxy"
  printf '%s\n' root:x:0:0::/:/bin/sh haproxy:x:99:99::/:/bin/sh >"$root/etc/passwd"
  printf '%s\n' root:x:0: haproxy:x:99: >"$root/etc/group"
  cat >"$root/usr/local/bin/docker-entrypoint.sh" <<'SCRIPT'
#!/bin/sh
case "$1" in -*) set -- haproxy "$@" ;; esac
[ "$1" = haproxy ] || exec "$@"
shift
exec haproxy -W -db "$@"
SCRIPT
  chmod 755 "$root/usr/local/bin/docker-entrypoint.sh"
  cat >"$root/Dockerfile" <<'LINES'
FROM busybox:local
COPY . /
USER haproxy
STOPSIGNAL SIGUSR1
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
LINES
  DOCKER_BUILDKIT=0 docker build --quiet --tag haproxy:local "$root" >/dev/null
  rm -rf "$root/Dockerfile" "$root/usr/local" "$root/etc/passwd" "$root/etc/group"
fi

if ! docker image inspect node:local >/dev/null 2>&1; then
  program=$(node -p process.execPath)
  copy_program "$program" /usr/local/bin/node
  tar -C "$root" -c . | docker import - node:local >/dev/null
fi
