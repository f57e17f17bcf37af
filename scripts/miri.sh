#!/bin/bash
# Runs the unit tests of the protocol crates, and those of the C interface, under Miri: scripts/miri.sh [CRATE...]
#
# Needs a nightly compiler with the components miri and rust-src. Tests that compute long (RSA, key derivation, property
# tests) run with few cases; FONAP_MIRI_SKIP names tests to leave out, and what is left out is printed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

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
    # ring is assembler, which Miri cannot run: what signs is left to the ordinary tests.
    skip=()
    if [ "$crate" = passpoint ]; then
        skip=(--skip sign --skip cms --skip pkcs12 --skip seal)
    elif [ "$crate" = heartbeat ]; then
        skip=(--skip rsa --skip regular)
    fi
    for name in ${FONAP_MIRI_SKIP:-}; do
        skip+=(--skip "$name")
    done
    echo "== $crate${skip[*]:+ (left out: ${skip[*]//--skip/})}"
    cargo +nightly miri test -p "$crate" --lib --all-features -- "${skip[@]}" || failed+=("$crate")
done
if [ ${#failed[@]} != 0 ]; then
    echo "failed under Miri: ${failed[*]}" >&2
    exit 1
fi
