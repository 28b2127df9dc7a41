#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Draws the pictures of docs/cost-curves.md with build/tokenfab, and prints their table.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$root/build/tokenfab" curve "$root/scenarios/curve-llama-70b.json" --out "$work"
mkdir -p "$root/docs/images"
cp "$work/curve-hyperscaler.svg" "$root/docs/images/cost-curve.svg"
cp "$work/curve-rental.svg" "$root/docs/images/cost-curve-rental.svg"
cp "$work/curve-energy.svg" "$root/docs/images/cost-curve-energy.svg"
