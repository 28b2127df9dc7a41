#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proves the two commands of the README on a bare Debian 12: makes a minimal system with debootstrap
# in a temporary folder, puts the committed tree into it, and runs tools/test.sh and tools/run.sh
# there. Takes some ten minutes and 4 GB; needs root. Uses the package sources of this machine.
#
#   tools/fresh-machine.sh [FOLDER]     a FOLDER keeps the system for a look around
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
"$root/tools/install-packages.sh" system
system=${1:-$(mktemp -d)}

cleanup() {
  umount "$system/proc" 2>/dev/null || true
  if [[ -z ${1:-} ]]; then
    rm -rf --one-file-system "$system"
  fi
}
trap 'cleanup "${1:-}"' EXIT

# The first mirror of this machine's own apt configuration.
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' |
  grep -v security | sort -u | head -n 1)
debootstrap --variant=minbase bookworm "$system" "$mirror" >/dev/null
cp -rL /etc/apt/sources.list /etc/apt/sources.list.d "$system/etc/apt/" 2>/dev/null || true
for conf in /etc/apt/apt.conf.d/*; do
  # Proxies and mirrors of this machine, nothing that hooks into tools the bare system lacks.
  if grep -qiE 'proxy|acquire' "$conf" && ! grep -qi 'invoke' "$conf"; then
    cp "$conf" "$system/etc/apt/apt.conf.d/"
  fi
done
cp /etc/resolv.conf "$system/etc/resolv.conf" 2>/dev/null || true
mount -t proc proc "$system/proc"

mkdir -p "$system/root/tokenfab"
git -C "$root" archive HEAD | tar -x -C "$system/root/tokenfab"
inside() {
  chroot "$system" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"
}
SECONDS=0
inside /root/tokenfab/tools/test.sh
echo "fresh machine: tools/test.sh passed after ${SECONDS} s"
SECONDS=0
inside /root/tokenfab/tools/run.sh
echo "fresh machine: tools/run.sh passed after ${SECONDS} s"
