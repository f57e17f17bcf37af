#!/bin/bash
# Runs the unit tests of the protocol crates, and those of the C interface, under Miri: scripts/miri.sh [CRATE...]
#
# Needs a nightly compiler with the components miri and rust-src. Property tests run with few cases. What is too long for an
# interpreter, or signs with ring, which is assembler, says so itself and is listed as ignored; FONAP_MIRI_SKIP names
# further tests to leave out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "${1:-}" in
-h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" && exit ;;
-*) echo "$0: unknown option $1 (see --help)" >&2 && exit 2 ;;
esac
if [ $# = 0 ]; then
    set -- radius-codec wispr heartbeat eapconfig discovery passpoint ffi
fi
if ! cargo +nightly miri --version >/dev/null 2>&1; then
    echo "$0: needs Miri: rustup toolchain install nightly --component miri,rust-src" >&2
    exit 2
fi
export MIRIFLAGS="${MIRIFLAGS:--Zmiri-disable-isolation}"
export PROPTEST_CASES="${PROPTEST_CASES:-2}"
failed=()
for crate in "$@"; do
    skip=()
    for name in ${FONAP_MIRI_SKIP:-}; do
        skip+=(--skip "$name")
    done
    echo "== $crate${skip[*]:+ (left out: ${skip[*]//--skip/})}"
    cargo +nightly miri test -p "$crate" --lib --all-features -- -Zunstable-options --report-time "${skip[@]}" || failed+=("$crate")
done
if [ ${#failed[@]} != 0 ]; then
    echo "failed under Miri: ${failed[*]}" >&2
    exit 1
fi
