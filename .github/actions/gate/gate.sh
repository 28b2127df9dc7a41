#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The only step of action.yml. Its inputs come as GATE_*: text of a workflow never becomes code.
# Exits as `tokenfab gate` does.
set -euo pipefail

program=${GATE_PROGRAM:-tokenfab}

if [[ -n ${GATE_DEB:-} ]]; then
  as_root=()
  if ((EUID != 0)); then
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get install -y --no-install-recommends "$(realpath "$GATE_DEB")"
fi

if ! version=$("$program" --version); then
  echo "::error title=cost gate::there is no program $program: set the input program or deb"
  exit 2
fi
if [[ -n ${GATE_VERSION:-} && " ${version%%$'\n'*} " != *" $GATE_VERSION "* ]]; then
  echo "::error title=cost gate::the program is ${version%%$'\n'*}, not version $GATE_VERSION"
  exit 2
fi

words=(gate --baseline "$GATE_BASELINE")
add() { # OPTION VALUE: unless the value is empty
  if [[ -n $2 ]]; then
    words+=("$1" "$2")
  fi
}
add --policy "${GATE_POLICY:-}"
add --junit "${GATE_JUNIT:-}"
add --markdown "${GATE_MARKDOWN:-}"
add --benchmark "${GATE_BENCHMARK:-}"
if [[ ${GATE_PARTIAL:-false} == true ]]; then
  words+=(--partial)
fi

results=()
while IFS= read -r line; do
  line="${line#"${line%%[![:space:]]*}"}"
  line="${line%"${line##*[![:space:]]}"}"
  if [[ -z $line ]]; then
    continue
  fi
  if [[ $line == *=* ]] || ! mapfile -t found < <(compgen -G "$line") || ((${#found[@]} == 0)); then
    found=("$line") # the program says what is wrong with it
  fi
  results+=("${found[@]}")
done <<<"${GATE_RESULTS:-}"

code=0
"$program" "${words[@]}" -- "${results[@]}" || code=$?
if [[ -n ${GITHUB_OUTPUT:-} ]]; then
  echo "passed=$([[ $code == 0 ]] && echo true || echo false)" >>"$GITHUB_OUTPUT"
fi
exit "$code"
