#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proves tools/slurm-sweep.sh on a real Slurm: starts munged, slurmctld and two slurmd of one slot
# each on this machine with a configuration of their own, plays a sweep as a job array, kills one
# worker and one task's script with SIGKILL in the middle, and compares the joined database with
# that of one undisturbed process. Needs root; takes half a minute. CTest label `system`.
#
#   tools/slurm-test.sh [FOLDER]     a FOLDER keeps configuration, logs and databases
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
program=$root/build/tokenfab
if ((EUID != 0)); then
  echo "skipped: slurmd starts jobs as other users, so this needs root"
  exit 77
fi
"$root/tools/install-packages.sh" system
work=$(readlink -f "${1:-$(mktemp -d)}")
mkdir -p "$work"
chmod 755 "$work"
daemons=()

cleanup() {
  local daemon
  if [[ -e $work/slurm.conf ]]; then
    scancel --user=root 2>/dev/null || true
    sleep 1
  fi
  for daemon in "${daemons[@]}"; do
    kill "$daemon" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  if [[ -z ${1:-} ]]; then
    rm -rf "$work"
  fi
}
trap 'cleanup "${1:-}"' EXIT

fail() {
  echo "tools/slurm-test.sh: $1" >&2
  tail -n 20 "$work"/*.log "$work"/*.parts/*.log 2>/dev/null >&2 || true
  exit 1
}

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || fail "waited in vain for $what"
    sleep 0.2
  done
}

# Four free ports in a row, far from Slurm's own.
free_ports() {
  local first
  for ((first = 26000 + $$ % 4000; ; first += 4)); do
    if ! ss -Hltn | awk '{print $4}' | grep -qE ":($first|$((first + 1))|$((first + 2)))$"; then
      echo "$first"
      return
    fi
  done
}

start_slurm() {
  local port name
  port=$(free_ports)
  dd if=/dev/urandom of="$work/munge.key" bs=1024 count=1 2>/dev/null
  chmod 400 "$work/munge.key"
  mkdir -p "$work/state" "$work/n1" "$work/n2"
  # --force: munged would rather not run as root.
  munged --foreground --force --socket="$work/munge.socket" --key-file="$work/munge.key" \
    --pid-file="$work/munged.pid" --seed-file="$work/munge.seed" >"$work/munged.log" 2>&1 &
  daemons+=($!)
  cat >"$work/slurm.conf" <<EOF
ClusterName=tokenfabtest
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$port
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd-%n.pid
SlurmctldParameters=idle_on_node_suspend
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=0
ReturnToService=2
KillWait=2
MailProg=/bin/true
NodeName=n[1-2] NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 \\
  Port=[$((port + 1))-$((port + 2))] CPUs=1
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
EOF
  export SLURM_CONF=$work/slurm.conf
  wait_for 10 munged munge -S "$work/munge.socket" -n
  slurmctld -D -f "$SLURM_CONF" >"$work/slurmctld.log" 2>&1 &
  daemons+=($!)
  for name in n1 n2; do
    slurmd -D -N "$name" -f "$SLURM_CONF" >"$work/slurmd-$name.log" 2>&1 &
    daemons+=($!)
  done
  wait_for 30 "two idle nodes" both_idle
}

both_idle() { [[ $(sinfo -h -N -o %t | grep -c '^idle$') == 2 ]]; }

# worker_of PART: process id of the tokenfab that plays it (its children have it as their parent).
worker_of() { pgrep -o -f "^$program sweep .*--out $out.parts/part-$1.sqlite"; }
# script_of PART: that of the task's script.
script_of() { ps -o ppid= -p "$(worker_of "$1")" | tr -d ' '; }
runs_in() {
  local file=$out.parts/part-$1.sqlite
  # The shell would make an empty file where there is none.
  [[ -e $file ]] && sqlite3 -readonly "$file" 'SELECT count(*) FROM runs' 2>/dev/null || echo 0
}
has_begun() { (($(runs_in "$1") >= 1)); }
is_queued() { [[ -n $(squeue -h) ]]; }
is_done() { ! is_queued; }

scenario() {
  cat <<'EOF'
{"scenario_version": 1, "name": "small",
 "sites": {"site": {
   "energy": {"grid": {"tariff": {"model": "flat", "price": "0.09 USD/kWh"},
                       "carbon": {"model": "flat", "intensity": "370 g/kWh"}}},
   "cooling": {"model": "constant_pue", "pue": 1.25},
   "clusters": {"h100": {"node": {"use": "hgx-h100"}, "nodes": 1}}}},
 "models": {"llama": {"use": "llama-3.1-8b"}},
 "services": {"chat": {"model": "llama", "pools": {
   "main": {"cluster": "site/h100", "replicas": 1, "engine": {"tensor_parallel_size": 1}}}}},
 "workloads": {"load": {"model": "synthetic", "service": "chat", "request_rate": "5 /s",
                        "num_prompts": 60000, "isl": 512, "osl": 64}}}
EOF
}

start_slurm
echo "slurm $(slurmctld -V | cut -d' ' -f2): $(sinfo -h -o '%D nodes %t, %C cpus A/I/O/T')"
out=$work/joined.sqlite
scenario >"$work/base.json"
cat >"$work/sweep.json" <<'EOF'
{"sweep_version": 1, "name": "on-slurm", "base": "base.json", "replications": 5,
 "axes": {"/sites/site/cooling/pue": [1.01, 1.1, 1.2, 1.3],
          "/workloads/load/request_rate": ["2 /s", "4 /s", "8 /s"]}}
EOF
SECONDS=0
"$root/tools/slurm-sweep.sh" "$work/sweep.json" --parts 4 --out "$out" --program "$program"

wait_for 60 "part 1 to begin" has_begun 1
worker=$(worker_of 1)
echo "killing worker $worker of part 1 with SIGKILL, $(runs_in 1) of 15 runs done"
kill -KILL "$worker"
wait_for 60 "part 2 to begin" has_begun 2
task=$(script_of 2)
worker=$(worker_of 2)
echo "killing task $task of part 2 and its worker with SIGKILL, $(runs_in 2) of 15 runs done"
kill -KILL "$task" "$worker"

# The queue is empty for good only after the last merge job.
wait_for 400 "the joined database" test -e "$out"
wait_for 60 "an empty queue" is_done
echo "joined after $SECONDS s"
cat "$out.parts/merge.log"
grep -h "in try" "$out.parts"/task-*.log || fail "no worker was started again"
(($(grep -c "15 of them here" "$out.parts/task-1.log") == 1)) || fail "part 1 began anew"

"$program" sweep "$work/sweep.json" --out "$work/alone.sqlite" --progress none >/dev/null
for name in joined alone; do
  "$program" sweep csv "$work/$name.sqlite" --out "$work/$name.csv"
done
cmp "$work/joined.csv" "$work/alone.csv" || fail "the joined sweep differs from that of one process"
[[ $(sqlite3 "$out" 'PRAGMA integrity_check') == ok ]] || fail "the joined database is damaged"
runs=$(sqlite3 "$out" 'SELECT count(*) FROM runs')
((runs == 60)) || fail "$runs runs instead of 60"
echo "slurm: all 60 runs are there, as one process plays them"
