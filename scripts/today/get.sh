#!/usr/bin/env bash
# get.sh FOLDER: puts today's Docker into FOLDER: engine 28, its containerd and command line, and Compose 2.40 as the
# plugin of `docker compose`. They are of Debian's next release, and run on Debian 12 with its runc.
# Needs root, the package lists of apt-get update, and docker.io, which brings runc and iptables. Downloads 71 MB.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: get.sh FOLDER" >&2; exit 2; }
release=${RELEASE:-forky}
mkdir -p "$1"
folder=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/root" "$folder/bin" "$folder/config/cli-plugins"

codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=$(apt-get indextargets --format '$(REPO_URI)' "Created-By: Packages" "Release: $codename" | head -n 1)
[ -n "$mirror" ] || { echo "apt has no package list: apt-get update" >&2; exit 1; }
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main" >"$work/sources.list"
# The list of a mirror that stands still has run out.
apt=(apt-get -q
  -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null
  -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root
  -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o Acquire::Retries=3
  -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false)
"${apt[@]}" update
cd "$work"
"${apt[@]}" download docker.io docker-cli docker-compose containerd
for package in *.deb; do dpkg-deb -x "$package" "$work/root"; done
for program in sbin/dockerd sbin/docker-proxy bin/docker bin/containerd bin/containerd-shim-runc-v2; do
  cp "$work/root/usr/$program" "$folder/bin/"
done
# Not into bin: there it would take the place of docker-compose 1.29, which is compared with it.
cp "$work/root/usr/libexec/docker/cli-plugins/docker-compose" "$folder/config/cli-plugins/"
"$folder/bin/dockerd" --version
DOCKER_CONFIG=$folder/config "$folder/bin/docker" compose version
