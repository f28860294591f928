#!/usr/bin/env bash
# Installs the platform's own command lines, as they were, into a folder: FOLDER/bin has tutum (0.21.1), tutum-old
# (0.15.1.1) and docker-cloud (1.0.9). They need Python 2.7: python2.7 if it is installed, else Debian 11's packages,
# which are unpacked into the folder. Takes up to three minutes, and nothing outside of the folder changes.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
mkdir -p "$1/bin"
folder=$(cd "$1" && pwd)
libraries=

unpack_python() {
  local apt=$folder/apt mirror options
  mkdir -p "$apt"/{lists/partial,cache/archives/partial} "$folder/packages"
  mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' |
    awk '$2 !~ /security|updates/ { print $1; exit }')
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bullseye main" >"$apt/sources.list"
  options=(-o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State=$apt"
    -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o Dir::State::status=/var/lib/dpkg/status
    -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update -qq
  (cd "$folder/packages" && apt-get "${options[@]}" download -qq python2.7 python2.7-minimal libpython2.7-minimal \
    libpython2.7-stdlib libssl1.1 libffi7)
  for package in "$folder"/packages/*.deb; do dpkg-deb -x "$package" "$folder/python2"; done
}

python=$(command -v python2.7 || true)
# A pyenv shim answers to the name and then says that there is no such version.
if [ -n "$python" ] && ! "$python" -c '' 2>/dev/null; then python=; fi
if [ -z "$python" ]; then
  python=$folder/python2/usr/bin/python2.7
  libraries=$folder/python2/usr/lib/$(uname -m)-linux-gnu
  [ -x "$python" ] || unpack_python
fi

# Later versions of virtualenv make no environment for Python 2.
[ -x "$folder/tools/bin/virtualenv" ] || {
  python3 -m venv "$folder/tools"
  "$folder/tools/bin/pip" install -q 'virtualenv<20.22'
}
[ -z "$libraries" ] || export LD_LIBRARY_PATH=$libraries

# Each has an environment of its own, because they pin different versions of the same packages.
install() {
  local name=$1 program=$2
  shift 2
  [ -d "$folder/$name" ] || "$folder/tools/bin/virtualenv" -q -p "$python" "$folder/$name"
  # PyYAML falls back to its Python part where there is no compiler, and must not find one: Python.h is missing.
  CC=/bin/false "$folder/$name/bin/pip" install -q "$@" >"$folder/$name.log" 2>&1 || {
    cat "$folder/$name.log" >&2
    exit 1
  }
  {
    echo "#!/bin/sh"
    [ -z "$libraries" ] || echo "export LD_LIBRARY_PATH='$libraries'"
    echo "exec '$folder/$name/bin/$program' \"\$@\""
  } >"$folder/bin/$name"
  chmod +x "$folder/bin/$name"
  echo "$name: $("$folder/bin/$name" --version 2>&1)"
}

install tutum tutum tutum==0.21.1
install tutum-old tutum tutum==0.15.1.1
install docker-cloud docker-cloud docker-cloud==1.0.9 python-dockercloud==1.0.12 future==0.18.3 requests==2.27.1 \
  six==1.17.0 websocket-client==0.59.0 PyYAML==3.13 ago==0.0.95 python-dateutil==2.9.0.post0 tabulate==0.8.10
