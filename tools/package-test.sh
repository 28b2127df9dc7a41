#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proves the Debian package on a bare Debian 12: builds it, installs it in a minimal system with
# nothing but what it depends on, plays the main scenario there as an ordinary user, looks for the
# manual and completions, and removes it again. Takes some minutes and 1 GB; needs root.
#
#   tools/package-test.sh [FOLDER]     a FOLDER keeps the system for a look around
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=tools/bare-system.sh
. "$root/tools/bare-system.sh"
"$root/tools/install-packages.sh" system
system=${1:-$(mktemp -d)}

cleanup() {
  unmount_bare_system
  if [[ -z ${1:-} ]]; then
    rm -rf --one-file-system "$system"
  fi
}
trap 'cleanup "${1:-}"' EXIT

fail() {
  echo "package: $*" >&2
  exit 1
}

package=$("$root/tools/package.sh")
echo "package: $(basename "$package"), $(stat -c %s "$package") bytes, depends on" \
  "$(dpkg-deb -f "$package" Depends)"
if command -v lintian >/dev/null; then
  lintian --allow-root --fail-on error,warning "$package"
fi

SECONDS=0
make_bare_system "$system"
echo "package: bare system after ${SECONDS} s"
cp "$package" "$system/tmp/"
SECONDS=0
inside apt-get -qq update >/dev/null
inside apt-get -qq -o Dpkg::Use-Pty=0 install --no-install-recommends \
  "/tmp/$(basename "$package")" >/dev/null
echo "package: installed after ${SECONDS} s"

# An ordinary user with nothing but the package.
# shellcheck disable=SC2016  # for the shell inside
inside su -s /bin/bash nobody -c '
  set -eu
  cd "$(mktemp -d)"
  cp -r /usr/share/tokenfab/scenarios .
  tokenfab run scenarios/main.json --out out >table
  grep -q "per million tokens" table
  tokenfab rerun out
  tokenfab run scenarios/swf-easy.json --out jobs >table
  tokenfab rerun jobs
  cat out/report.json' >"$system/tmp/said"
grep -c 'every byte is the same' "$system/tmp/said" | grep -qx 2 || fail "rerun differs"

# The build's own result, byte for byte.
mkdir -p "$system/tmp/own"
(cd "$system/tmp/own" && cp -r "$root/scenarios" . &&
  "$root/build/tokenfab" run scenarios/main.json --out out >/dev/null)
grep -v 'every byte is the same' "$system/tmp/said" | cmp - "$system/tmp/own/out/report.json" ||
  fail "another report than the build's"

inside gzip -t /usr/share/man/man1/tokenfab.1.gz || fail "no manual page"
zcat "$system/usr/share/man/man1/tokenfab.1.gz" | grep -q '^.TH TOKENFAB' || fail "no manual page"
for file in bash-completion/completions/tokenfab zsh/vendor-completions/_tokenfab \
  fish/vendor_completions.d/tokenfab.fish doc/tokenfab/copyright doc/tokenfab/changelog.gz \
  doc/tokenfab/docs/commands.md tokenfab/scenarios/main.json; do
  [[ -s $system/usr/share/$file ]] || fail "no /usr/share/$file"
done
# shellcheck disable=SC2016  # for the bash inside
inside bash -c '. /usr/share/bash-completion/completions/tokenfab
  COMP_WORDS=(tokenfab list chi) COMP_CWORD=2
  _tokenfab
  [[ ${COMPREPLY[*]} == chips ]]' || fail "bash completes nothing"

inside apt-get -qq -o Dpkg::Use-Pty=0 purge tokenfab >/dev/null
left=$(find "$system/usr" "$system/etc" "$system/var/lib/dpkg/info" -name '*tokenfab*')
[[ -z $left ]] || fail "left behind: $left"
echo "package: removed, nothing left"
