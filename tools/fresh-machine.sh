#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proves the two commands of the README on a bare Debian 12: makes a minimal system with debootstrap
# in a temporary folder, puts the committed tree into it, and runs tools/test.sh and tools/run.sh
# there. Takes some ten minutes and 4 GB; needs root. Uses the package sources of this machine.
#
#   tools/fresh-machine.sh [FOLDER]     a FOLDER keeps the system for a look around
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

make_bare_system "$system"
mkdir -p "$system/root/tokenfab"
git -C "$root" archive HEAD | tar -x -C "$system/root/tokenfab"
SECONDS=0
inside /root/tokenfab/tools/test.sh
echo "fresh machine: tools/test.sh passed after ${SECONDS} s"
SECONDS=0
inside /root/tokenfab/tools/run.sh
echo "fresh machine: tools/run.sh passed after ${SECONDS} s"
