#!/bin/bash
# Measures the packet path against a plain forward on the same machine, in network namespaces, as root:
#   scripts/bench-dataplane.sh [SECONDS_PER_RUN]
#
# Needs iperf3 and ethtool beside what the test bed needs. Prints a table in Markdown: throughput of one TCP connection
# with segmentation offload, packets a second of it without, and what logins and readings of counters take.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds="${1:-3}"
testbed=scripts/netns-testbed.sh
client=192.168.182.101
mac=02:00:5e:10:00:01
site=203.0.113.30
example="${PACKET_PATH:-${CARGO_TARGET_DIR:-target}/release/examples/packet_path}"

if [ -z "${TB_STATE:-}" ] || [ -z "${FONAP_BENCH_INSIDE:-}" ]; then
    [ -n "${PACKET_PATH:-}" ] || cargo build --release --quiet -p reference-gateway --example packet_path
    export FONAP_BENCH_INSIDE=1 TB_NAME="fb$$" TB_STATE="/run/netns-testbed/fb$$"
    exec "$testbed" run "$(pwd)/scripts/bench-dataplane.sh" "$seconds"
fi

server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true' EXIT
ip netns exec "$TB_NAME-inet" iperf3 -s >/dev/null 2>&1 &
server=$!
"$testbed" static 1 "$client"

# The best of three runs: others use the machine as well. Mbit/s, both directions.
throughput() {
    local best=0 got direction
    for direction in "" -R; do
        best=0
        for _ in 1 2 3; do
            got="$("$testbed" exec cli1 iperf3 -c "$site" -t "$seconds" -J $direction |
                python3 -c 'import json,sys; print(int(json.load(sys.stdin)["end"]["sum_received"]["bits_per_second"]/1e6))')"
            [ "$got" -le "$best" ] || best=$got
        done
        printf ' %d |' "$best"
    done
}

row() {
    printf '| %s |' "$1"
    "$testbed" offload on
    throughput
    "$testbed" offload off
    throughput
    printf '\n'
}

sleep 1
echo "| | offload on, up | down | offload off, up | down |"
echo "| --- | --- | --- | --- | --- |"
row "plain forward, Mbit/s"
"$testbed" exec gw nft "add table ip plain; add chain ip plain post { type nat hook postrouting priority srcnat; }; add rule ip plain post oifname wan0 masquerade"
row "with address translation"
"$testbed" exec gw nft delete table ip plain
for sessions in 1 1000 10000; do
    said="$("$testbed" exec gw "$example" "$sessions" "$client" "$mac")"
    row "$said"
done
