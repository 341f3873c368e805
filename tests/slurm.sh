#!/usr/bin/env bash
# examples/slurm/muddle.sbatch on a cluster of two nodes on this host: a node is killed with its step while it writes, its
# task is requeued, and the outputs are those of one run. Not part of the test suite: takes some minutes, needs root, apt and
# the network for 3 MB of Debian packages, which are unpacked into a folder and not installed. MUDDLE names the binary.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
. "$repository/tests/engines.sh"
MUDDLE=$(realpath "${MUDDLE:-$repository/target/release/muddle}")
export MUDDLE
work=$(mktemp -d /tmp/muddle-slurm.XXXX)
host=$(hostname -s)
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap finish EXIT

# The packages, where they are not unpacked already.
root=${SLURM_ROOT:-$work/root}
if [ ! -d "$root" ]; then
    mkdir -p "$work/debs" "$root"
    (cd "$work/debs" && apt-get -qq download slurmctld slurmd slurm-client slurm-wlm-basic-plugins libmunge2 libhwloc15)
    for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$root"; done
fi
lib=$root/usr/lib/x86_64-linux-gnu
slurm() { LD_LIBRARY_PATH="$lib:$lib/slurm-wlm" PATH="$root/usr/bin:$root/usr/sbin:$PATH" "$@"; }

mkdir -p "$work"/{state,n1,n2,log}
export SLURM_CONF=$work/slurm.conf
cat >"$SLURM_CONF" <<EOF
ClusterName=muddle
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmUser=root
AuthType=auth/none
CredType=cred/none
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
PluginDir=$lib/slurm-wlm
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/%n.pid
SlurmctldLogFile=$work/log/slurmctld.log
SlurmdLogFile=$work/log/%n.log
SlurmdTimeout=10
SlurmctldTimeout=10
ReturnToService=2
JobRequeue=1
MailProg=/bin/true
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=16818 CPUs=2 State=UNKNOWN
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=16819 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
EOF

daemon() {
    LD_LIBRARY_PATH="$lib:$lib/slurm-wlm" setsid "$root/usr/sbin/$1-wlm" -D "${@:2}" >>"$work/log/$1.out" 2>&1 &
    pids+=($!)
}
daemon slurmctld
sleep 2
stepd=$root/usr/sbin/slurmstepd-wlm
daemon slurmd -N n1 -d "$stepd"
slurmd_n1=${pids[-1]}
daemon slurmd -N n2 -d "$stepd"
for _ in $(seq 60); do
    [ "$(slurm sinfo -h -N -t idle -o %N 2>/dev/null | wc -l)" = 2 ] && break
    sleep 1
done
slurm sinfo -N -o '%N %T'

# Texts that take a task some seconds.
make_texts "$work/texts" 16 "${REPEAT:-1500}"
options=(-t "$repository/fixtures/tokenizers/bytelevel.json" --preset bart)
"$MUDDLE" corrupt -q -j 2 "${options[@]}" --output-dir "$work/single" "$work/texts"

start=$SECONDS
# A job must not see the libraries of Slurm's own tools.
cat >"$work/job.sh" <<EOF
#!/bin/bash
unset LD_LIBRARY_PATH
export PATH=$work/bin:\$PATH
exec bash $repository/examples/slurm/muddle.sbatch "\$@"
EOF
mkdir -p "$work/bin"
printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s/usr/bin/scontrol "$@"\n' "$lib:$lib/slurm-wlm" "$root" >"$work/bin/scontrol"
chmod +x "$work/bin/scontrol"
job=$(OUT=$work/out SHARDS=8 slurm sbatch --parsable --array=0-7 --cpus-per-task=2 --requeue --open-mode=append \
    --output="$work/log/%A_%a.log" "$work/job.sh" "${options[@]}" "$work/texts")

# The first node dies with everything on it, while its task writes.
parent() { ps -o ppid= -p "$1" | tr -d ' '; }
for _ in $(seq 1000); do
    task=$(slurm squeue -h -t R -w n1 -o %K | head -1)
    victim=$(pgrep -f -- "$MUDDLE corrupt .*--shard $task/8 " | head -1) && is_writing "$victim" && break
    sleep 0.02
done
is_writing "$victim"
victims=("$slurmd_n1" "$victim")
while pid=$(parent "${victims[-1]}") && [ "$pid" -gt 1 ] && [ "$pid" != "$$" ] && [ "$pid" != "$slurmd_n1" ]; do
    victims+=("$pid")
done
kill -KILL "${victims[@]}"
echo "killed n1 with the step of task $task while it wrote: $(find "$work/out" -name '.*.muddle-*' | wc -l) unfinished files"
# Slurm finds that out, waits for two minutes, and gives the task to the other node.
for _ in $(seq 400); do
    [ -z "$(slurm squeue -h -j "$job" 2>/dev/null)" ] && break
    sleep 1
done
slurm sinfo -N -o '%N %T'
restarts=$(grep -hoi "requeue[a-z]*.*JobId=[0-9_()]*" "$work/log/slurmctld.log" | sort -u)
echo "$restarts"
[ -n "$restarts" ] || { echo 'no task was requeued'; exit 1; }
check_equal "$work/single" "$work/out"
echo "$(find "$work/out" -name '*.jsonl' | wc -l) outputs equal those of one run, nothing left over, $((SECONDS - start)) s"
