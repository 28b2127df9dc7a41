#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages a step needs, and only those that are missing: when all are there it
# needs neither root nor network and returns at once.
#
#   tools/install-packages.sh \
#     build|test|bench|format|picture|gallery|page|browser|package|system|fuzz
set -euo pipefail

build_packages=(
  g++ cmake ninja-build pkg-config ccache mold git
  libsimgrid-dev libeigen3-dev nlohmann-json3-dev libfmt-dev librandom123-dev libcli11-dev
  zlib1g-dev libzstd-dev libboost-dev libssl-dev libsimdjson-dev libsqlite3-dev
)
test_packages=("${build_packages[@]}" catch2 libbenchmark-dev libvalijson-dev coinor-libclp-dev)

case "${1:-}" in
  build) wanted=("${build_packages[@]}") ;;
  test) wanted=("${test_packages[@]}") ;;
  bench) wanted=("${test_packages[@]}" time) ;;
  format) wanted=(clang-format) ;;
  picture) wanted=(gnuplot-nox) ;;
  gallery) wanted=(gnuplot-nox jq) ;;
  page) wanted=(npm) ;;
  browser) wanted=(chromium) ;;
  package) wanted=("${build_packages[@]}" dpkg-dev file gzip) ;;
  system) wanted=(debootstrap slurm-wlm munge sqlite3 procps iproute2) ;;
  fuzz) wanted=("${test_packages[@]}" clang libclang-rt-14-dev) ;;
  *)
    sed -n 's/^#   //p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac

if ! command -v dpkg-query >/dev/null; then
  echo "tools/install-packages.sh: not a Debian machine; install these by hand: ${wanted[*]}" >&2
  exit 0 # whatever is missing is then named by CMake
fi

# dpkg-query exits 1 when it does not know one of the names: that one is simply missing.
# shellcheck disable=SC2016  # ${...} is dpkg-query's own format language
installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null || true)
missing=()
for package in "${wanted[@]}"; do
  if ! grep -qxF "installed $package" <<<"$installed"; then
    missing+=("$package")
  fi
done
if ((${#missing[@]} == 0)); then
  exit 0
fi

as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    {
      echo "tools/install-packages.sh: packages are missing, and there is neither root nor sudo."
      echo "Run as root:  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
    } >&2
    exit 1
  fi
  as_root=(sudo)
fi

apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" </dev/null >&2
}

echo "tools/install-packages.sh: installing ${missing[*]}" >&2
if ! apt update || ! apt install --no-install-recommends "${missing[@]}"; then
  echo "tools/install-packages.sh: apt-get failed (see above); missing: ${missing[*]}" >&2
  exit 1
fi
