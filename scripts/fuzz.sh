#!/bin/bash
# Runs the fuzz targets one after the other and prints a table: scripts/fuzz.sh [--seconds N] [--jobs N] [TARGET...]
#
#   --seconds N   how long each target runs; 60 unless told
#   --jobs N      how many targets run at once; 1 unless told
#   --sanitizer S none (the default: our code has no unsafe outside ffi), or address
#   --list        prints the targets and ends
#
# Needs a nightly compiler and cargo-fuzz. What is learnt stays in fuzz/target/corpus; a finding is kept in
# fuzz/artifacts/TARGET/, and the status is 1. The inputs in fuzz/regressions/TARGET/ are tried first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=60
jobs=1
sanitizer=none
targets=()
while [ $# -gt 0 ]; do
    case "$1" in
    --seconds) seconds="$2" && shift ;;
    --jobs) jobs="$2" && shift ;;
    --sanitizer) sanitizer="$2" && shift ;;
    --list) cargo +nightly fuzz list && exit ;;
    -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" && exit ;;
    -*) echo "$0: unknown option $1 (see --help)" >&2 && exit 2 ;;
    *) targets+=("$1") ;;
    esac
    shift
done
if ! cargo +nightly fuzz --version >/dev/null 2>&1; then
    echo "$0: needs a nightly compiler and cargo-fuzz: rustup toolchain install nightly; cargo install cargo-fuzz" >&2
    exit 2
fi
if [ ${#targets[@]} = 0 ]; then
    mapfile -t targets < <(cargo +nightly fuzz list)
fi

build="${CARGO_TARGET_DIR:-fuzz/target}"
results="$build/fuzz-results"
rm -rf "$results"
mkdir -p "$results"
echo "building ${#targets[@]} targets" >&2
cargo +nightly fuzz build -s "$sanitizer" >&2
binaries="$(dirname "$(find "$build" -type f -name "${targets[0]}" -path '*/release/*' | head -n 1)")"

# Runs one target; its line of the table is the file's content.
run() {
    local target="$1" log="$results/$1.log" status=0 found grown="$build/corpus/$1" dictionary="fuzz/dictionaries/$1.dict"
    local arguments=(-max_total_time="$seconds" -print_final_stats=1 -timeout=10 -rss_limit_mb=2048
        -artifact_prefix="fuzz/artifacts/$target/")
    mkdir -p "$grown" "fuzz/artifacts/$target"
    local corpora=("$grown")
    if [ -d "fuzz/corpus/$target" ]; then
        corpora+=("fuzz/corpus/$target")
    fi
    if [ -f "$dictionary" ]; then
        arguments+=(-dict="$dictionary")
    fi
    if [ -d "fuzz/regressions/$target" ]; then
        "$binaries/$target" "fuzz/regressions/$target"/* >"$log" 2>&1 || status=$?
    fi
    if [ "$status" = 0 ]; then
        "$binaries/$target" "${arguments[@]}" "${corpora[@]}" >"$log" 2>&1 || status=$?
    fi
    found=none
    if [ "$status" != 0 ]; then
        found="**$(grep -ohE "panicked at [^:]*:[0-9]+|SUMMARY: .*|ERROR: libFuzzer: .*" "$log" | head -n 1 || true)** (status $status)"
    fi
    awk -v target="$target" -v found="$found" '
        /^#/ { for (i = 1; i < NF; i++) { if ($i == "cov:") cov = $(i + 1); if ($i == "corp:") corp = $(i + 1) } }
        /stat::number_of_executed_units/ { runs = $2 }
        /stat::average_exec_per_sec/ { rate = $2 }
        END { sub("/.*", "", corp); printf "| %s | %d | %d | %d | %d | %s |\n", target, runs, rate, cov, corp, found }
    ' "$log" >"$results/$target.line"
    echo "$target: $found" >&2
    [ "$status" = 0 ]
}

failed=0
for target in "${targets[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
        wait -n || failed=1
    done
    run "$target" &
done
while [ -n "$(jobs -rp)" ]; do
    wait -n || failed=1
done
echo "| target | executions | per second | edges | corpus | findings |"
echo "|---|---:|---:|---:|---:|---|"
for target in "${targets[@]}"; do
    cat "$results/$target.line"
    grep -q '| none |$' "$results/$target.line" || failed=1
done
exit "$failed"
