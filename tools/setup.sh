#!/bin/sh
# Sets up everything that a target needs: system libraries, uv, the locked environment.
#   setup.sh run    what the hub needs
#   setup.sh test   also the servers and judges that the tests use, where they can be installed
#   setup.sh lock   renew uv.lock
set -eu
cd "$(dirname "$0")/.."

RUN_PACKAGES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation"
TEST_PACKAGES="postgresql openssh-server openssh-client postfix cups dmtx-utils poppler-utils qpdf xmlsec1 openssl
  chromium golang-go golang-golang-x-mod-dev softhsm2"
UV_VERSION="0.13.9"
VERSITYGW="github.com/versity/versitygw/cmd/versitygw@v1.8.0" # an S3 server with Object Lock

missing() { # the packages among "$@" that are not installed; nothing where dpkg is not the manager
  command -v dpkg-query >/dev/null || return 0
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
  done
}

apt() {
  if [ "$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo"; else return 1; fi
  [ -n "${apt_updated:-}" ] || $as apt-get update -qq >/dev/null 2>&1 || return 1
  apt_updated=1
  $as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
    >/dev/null 2>&1
}

install_or_say() { # $1: needed or wanted; then packages
  how=$1; shift
  lacking=$(missing "$@")
  [ -n "$lacking" ] || return 0
  echo "installing: $(echo $lacking)"
  for package in $lacking; do
    apt "$package" && continue
    if [ "$how" = needed ]; then
      echo "missing system libraries; please run: apt-get install $(echo $lacking)" >&2
      exit 1
    fi
    echo "not installed: $package; what needs it is skipped"
  done
}

find_python() {
  for name in python3.13 python3.12 python3.11 python3; do
    command -v "$name" >/dev/null || continue
    "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    echo "$name"
    return
  done
  echo "Python 3.11 or newer is needed; please run: apt-get install python3" >&2
  exit 1
}

find_uv() {
  if command -v uv >/dev/null; then UV=uv; return; fi
  UV=.tools/bin/uv
  [ -x "$UV" ] && return
  python=$(find_python)
  if ! "$python" -m venv .tools 2>/dev/null; then
    install_or_say needed python3-venv
    "$python" -m venv --clear .tools
  fi
  .tools/bin/pip install --quiet "uv==$UV_VERSION"
}

install_store() { # through the Go module proxy, which checks what it gives against the public log
  [ ! -x .tools/bin/versitygw ] && ! command -v versitygw >/dev/null || return 0
  echo "building: $VERSITYGW"
  GOBIN="$PWD/.tools/bin" go install "$VERSITYGW" 2>/dev/null ||
    echo "not installed: versitygw (it wants a new Go); what needs it is skipped"
}

case "${1:-run}" in
  lock) find_uv; "$UV" lock ;;
  run)
    install_or_say needed $RUN_PACKAGES
    [ -x .venv/bin/facteur ] || echo "setting up .venv from uv.lock, once"
    find_uv
    "$UV" sync --locked --quiet --python "$(find_python)"
    touch .venv/ready ;;
  test)
    install_or_say wanted $TEST_PACKAGES
    install_store
    touch .venv/tested ;;
esac
