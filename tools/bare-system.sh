#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# For sourcing: a minimal Debian 12 in a folder, with the package sources of this machine. Needs
# root and some minutes.
#
#   make_bare_system FOLDER     debootstrap; FOLDER is new or empty
#   inside COMMAND...           runs it there, with an environment of its own
#   unmount_bare_system         before the folder is removed or left alone

make_bare_system() {
  bare_system=$1
  # The first mirror of this machine's own apt configuration.
  local mirror conf
  # shellcheck disable=SC2016  # $(SITE) is apt's own format language
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' |
    grep -v security | sort -u | head -n 1)
  chmod 755 "$bare_system" # mktemp makes folders for root alone
  debootstrap --variant=minbase bookworm "$bare_system" "$mirror" >/dev/null
  rm "$bare_system/etc/apt/sources.list" # debootstrap's; this machine may say it elsewhere
  cp -rL /etc/apt/sources.list /etc/apt/sources.list.d "$bare_system/etc/apt/" 2>/dev/null || true
  for conf in /etc/apt/apt.conf.d/*; do
    # Proxies and mirrors of this machine, nothing that hooks into tools the bare system lacks.
    if grep -qiE 'proxy|acquire' "$conf" && ! grep -qi 'invoke' "$conf"; then
      cp "$conf" "$bare_system/etc/apt/apt.conf.d/"
    fi
  done
  cp /etc/resolv.conf "$bare_system/etc/resolv.conf" 2>/dev/null || true
  mount -t proc proc "$bare_system/proc"
}

inside() {
  chroot "$bare_system" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

unmount_bare_system() {
  if [[ -n ${bare_system:-} ]]; then
    umount "$bare_system/proc" 2>/dev/null || true
  fi
}
