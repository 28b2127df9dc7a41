#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Writes tests/golden/*.metrics anew and shows what changed. Say in the commit why it did.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
"$root/tools/build.sh" test
for name in "the main scenario" "a small factory of jobs"; do  # SimGrid: one engine per process
  TOKENFAB_APPROVE="$root/tests/golden" \
    "$root/build/tests/test_golden" "golden: metrics of $name" >/dev/null || true
done
git -C "$root" diff --stat -- tests/golden
git -C "$root" diff -U0 -- tests/golden | grep '^[-+][a-z]' || echo "nothing changed"
