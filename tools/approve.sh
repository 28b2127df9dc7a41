#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Writes tests/golden/main.metrics anew and shows what changed. Say in the commit why it did.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
"$root/tools/build.sh" test
TOKENFAB_APPROVE="$root/tests/golden/main.metrics" \
  "$root/build/tests/test_golden" "golden: metrics of the main scenario" >/dev/null || true
git -C "$root" diff --stat -- tests/golden
git -C "$root" diff -U0 -- tests/golden | grep '^[-+][a-z]' || echo "nothing changed"
