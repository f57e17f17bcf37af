#!/bin/bash
# Runs every benchmark beside its peers and prints one table as Markdown, ratios first: scripts/bench.sh [--quick] [CRATE...]
#
# A ratio is the time of ours divided by the time of what it is compared with, in the same run: below 1 is faster. Goals are
# bounds of that ratio. Run it on a machine that does nothing else; --quick measures for half a second each.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

options=(--warm-up-time 0.5 --measurement-time 2)
crates=()
for argument in "$@"; do
    case "$argument" in
    --quick) options=(--warm-up-time 0.1 --measurement-time 0.5) ;;
    -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" && exit ;;
    -*) echo "$0: unknown option $argument (see --help)" >&2 && exit 2 ;;
    *) crates+=("$argument") ;;
    esac
done
if [ ${#crates[@]} = 0 ]; then
    crates=(wispr radius-codec heartbeat eapconfig discovery passpoint)
fi
command -v jq >/dev/null || { echo "$0: needs jq" >&2 && exit 2; }
results="${CARGO_TARGET_DIR:-target}/criterion"

# What is compared: crate | what | ours | peer | goal. Names are folders of criterion's results.
readonly comparisons="
wispr|read a redirect, tolerant : bare event scan|redirect/wispr tolerant|redirect/quick-xml scan|
wispr|read a redirect, tolerant : roxmltree|redirect/wispr tolerant|redirect/roxmltree|
wispr|read a success, tolerant : bare event scan|success/wispr tolerant|success/quick-xml scan|
wispr|read a refusal, tolerant : bare event scan|refusal in a page of 1 kB/wispr tolerant|refusal in a page of 1 kB/quick-xml scan|
heartbeat|query encode : bare AES and base32|codec/query encode|codec/query encode, bare|1.5
heartbeat|query decode : bare AES and base32|codec/query decode|codec/query decode, bare|1.5
heartbeat|NOP encode : bare AES and base64|codec/NOP encode|codec/NOP encode, bare|1.5
heartbeat|NOP decode : bare AES and base64|codec/NOP decode|codec/NOP decode, bare|1.5
heartbeat|regular answer decode : bare RSA and AES|codec/regular decode|codec/regular decode, bare|1.5
passpoint|Apple profile, signed : bare signature|profiles/apple_encode_and_sign|profiles/bare_signature|1.2
passpoint|Windows profile, signed : bare signature|profiles/windows_encode_and_sign|profiles/bare_signature|1.2
"

# The median of a benchmark in nanoseconds.
median() {
    jq -r '.median.point_estimate' "$results/$1/new/estimates.json" 2>/dev/null || echo -
}

human() {
    awk -v ns="$1" 'BEGIN { if (ns < 1000) printf "%.0f ns", ns; else if (ns < 1e6) printf "%.2f µs", ns / 1e3; else printf "%.2f ms", ns / 1e6 }'
}

rows() {
    local crate what ours peer goal a b
    while IFS='|' read -r crate what ours peer goal; do
        [ "$crate" = "$1" ] || continue
        a="$(median "$ours")" b="$(median "$peer")"
        if [ "$a" = - ] || [ "$b" = - ]; then
            echo "| – | $crate | $what | not measured | | $goal |"
        else
            echo "| $(awk -v a="$a" -v b="$b" 'BEGIN { printf "%.2f", a / b }') | $crate | $what | $(human "$a") | $(human "$b") | ${goal:+≤ $goal} |"
        fi
    done <<<"$comparisons"
    # Every pair of "read" and "scan" of eapconfig's documents.
    if [ "$1" = eapconfig ]; then
        find "$results" -mindepth 2 -maxdepth 2 -type d -name scan | sort | while read -r scan; do
            a="$(median "${scan#"$results/"}/../read")" b="$(median "${scan#"$results/"}")"
            what="read $(basename "$(dirname "$scan")") : bare event scan"
            echo "| $(awk -v a="$a" -v b="$b" 'BEGIN { printf "%.2f", a / b }') | eapconfig | $what | $(human "$a") | $(human "$b") | ≤ 2 |"
        done
    fi
}

logs="$(mktemp -d)"
trap 'rm -rf "$logs"' EXIT
for crate in "${crates[@]}"; do
    echo "measuring $crate" >&2
    case "$crate" in
    radius-codec) cargo run -q --release --manifest-path radius-codec/benches/peers/Cargo.toml >"$logs/radius-codec" ;;
    discovery) cargo bench -q -p discovery --bench '*' -- "${options[@]}" >"$logs/discovery" ;;
    *) cargo bench -q -p "$crate" --bench '*' -- "${options[@]}" >"$logs/$crate" ;;
    esac
done

echo "$(date -u +%F), $(uname -m), $(nproc) cores, $(rustc --version | cut -d' ' -f1,2). Ratio: ours divided by the peer's, below 1 is faster."
echo
echo "| ratio | crate | what | ours | peer | goal |"
echo "|---:|---|---|---:|---:|---:|"
for crate in "${crates[@]}"; do
    rows "$crate"
done
if [ -s "$logs/radius-codec" ]; then
    printf '\nradius-codec and its peers:\n\n'
    grep '^|' "$logs/radius-codec"
fi
if [ -s "$logs/discovery" ]; then
    printf '\ndiscovery, a list of 5,000 institutions:\n\n'
    sed -n '/^| what/,$p' "$logs/discovery"
fi
