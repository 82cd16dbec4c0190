#!/usr/bin/env bash
# Installs what the tests use beyond Python, where this machine lets us; never fails. What stays missing is named, and
# the tests that need it are skipped with the same words.
set -u

missing=()
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
command -v redis-server >/dev/null || missing+=(redis-server)
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
[ "${#missing[@]}" -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "Not on this machine: ${missing[*]}. The tests that use them are skipped; an administrator can install them."
  exit 0
fi
echo "Installing for the tests: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# A package's own service is not wanted: the tests start and stop what they use.
policy=/usr/sbin/policy-rc.d
made_policy=
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && made_policy=1
fi
trap '[ -z "$made_policy" ] || rm -f "$policy"' EXIT
timeout 120 apt-get update -qq >/dev/null 2>&1 || echo "apt-get update did not succeed; trying with the lists at hand."
for package in "${missing[@]}"; do
  timeout 400 apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 ||
    echo "$package could not be installed; the tests that use it are skipped."
done
exit 0
