#!/bin/bash
# Measures the packet path against a plain forward on the same machine, in network namespaces, as root:
#   scripts/bench-dataplane.sh [cost|throughput] [ROUNDS] [SECONDS_PER_RUN]
#
#   cost         what one packet takes from end to end, in ns; what logins and readings of counters take
#   throughput   Mbit/s of one TCP connection, with segmentation offload and without
#
# Needs iperf3 and ethtool beside what the test bed needs. Prints tables in Markdown. All rulesets take turns in every
# round, and what is printed are medians: so a machine that others use as well gives the same ratios.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

what="${1:-all}"
rounds="${2:-7}"
seconds="${3:-2}"
testbed=scripts/netns-testbed.sh
client=192.168.182.101
mac=02:00:5e:10:00:01
site=203.0.113.30
example="${PACKET_PATH:-${CARGO_TARGET_DIR:-target}/release/examples/packet_path}"

case "$what" in
    all | cost | throughput) ;;
    *)
        sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"
        exit 2
        ;;
esac

if [ -z "${FONAP_BENCH_INSIDE:-}" ]; then
    [ -n "${PACKET_PATH:-}" ] || cargo build --release --quiet -p reference-gateway --example packet_path
    export FONAP_BENCH_INSIDE=1 TB_NAME="fb$$" TB_STATE="/run/netns-testbed/fb$$"
    exec "$testbed" run "$(pwd)/scripts/bench-dataplane.sh" "$what" "$rounds" "$seconds"
fi

server=
results="$TB_STATE/bench"
mkdir -p "$results"
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true' EXIT
"$testbed" static 1 "$client"

in_gateway() { ip netns exec "$TB_NAME-gw" "$@"; }

# Puts one of the rulesets in place: plain, translated, routed (the gateway without translation), or so many sessions.
load() {
    in_gateway nft flush ruleset
    in_gateway ip rule del pref 50 2>/dev/null || true
    in_gateway ip -6 rule del pref 50 2>/dev/null || true
    case "$1" in
        plain) ;;
        translated)
            in_gateway nft "add table ip plain; add chain ip plain post { type nat hook postrouting priority srcnat; }; add rule ip plain post oifname wan0 masquerade"
            ;;
        routed) in_gateway "$example" load 1 "$client" "$mac" routed >"$results/said.routed" ;;
        *) in_gateway "$example" load "$1" "$client" "$mac" >"$results/said.$1" ;;
    esac
}

name() {
    case "$1" in
        plain) echo "plain forward" ;;
        translated) echo "with address translation" ;;
        routed) echo "the gateway without translation" ;;
        1) echo "the gateway, 1 session" ;;
        *) echo "the gateway, $1 sessions" ;;
    esac
}

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# Every round has all of them, every second round backwards.
in_turns() {
    local step="$1" round variant order
    shift
    for round in $(seq "$rounds"); do
        order="$*"
        [ $((round % 2)) = 0 ] || order="$(printf '%s\n' "$@" | tac | tr '\n' ' ')"
        for variant in $order; do
            load "$variant"
            "$step" "$variant"
        done
    done
}

cost_of() {
    local up down
    read -r up down < <(ip netns exec "$TB_NAME-gw" nice -n -20 "$example" cost \
        "$TB_NAME-cli1" "$client" "$TB_NAME-inet" "$site")
    echo "$up" >>"$results/up.$1"
    echo "$down" >>"$results/down.$1"
}

cost() {
    local variant
    in_turns cost_of plain routed translated 1 1000 10000
    echo "| ns for a packet, end to end | up | down |"
    echo "| --- | --- | --- |"
    for variant in plain routed translated 1 1000 10000; do
        echo "| $(name "$variant") | $(median "$results/up.$variant") | $(median "$results/down.$variant") |"
    done
    for variant in 1 1000 10000; do
        echo "$(name "$variant"): $(cat "$results/said.$variant")"
    done
}

# Mbit/s, both directions.
throughput_of() {
    local direction flag
    for direction in up down; do
        flag=
        [ "$direction" = up ] || flag=-R
        # shellcheck disable=SC2086
        "$testbed" exec cli1 nice -n -20 iperf3 -c "$site" -t "$seconds" -J $flag |
            python3 -c 'import json,sys; print(int(json.load(sys.stdin)["end"]["sum_received"]["bits_per_second"]/1e6))' \
                >>"$results/$offload.$direction.$1"
    done
}

throughput() {
    local variants=(plain routed translated 1 10000) variant direction base
    ip netns exec "$TB_NAME-inet" nice -n -20 iperf3 -s >/dev/null 2>&1 &
    server=$!
    sleep 1
    echo "| Mbit/s | up | down |"
    echo "| --- | --- | --- |"
    for offload in on off; do
        "$testbed" offload "$offload"
        in_turns throughput_of "${variants[@]}"
        for variant in "${variants[@]}"; do
            printf '| offload %s, %s |' "$offload" "$(name "$variant")"
            for direction in up down; do
                base="$(median "$results/$offload.$direction.plain")"
                median "$results/$offload.$direction.$variant" |
                    awk -v base="$base" '{ printf " %d (%.1f %%) |", $1, $1 * 100 / base }'
            done
            printf '\n'
        done
    done
}

case "$what" in
    cost) cost ;;
    throughput) throughput ;;
    all) cost && throughput ;;
esac
