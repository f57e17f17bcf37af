#!/bin/bash
# Reports the unsafe code of each crate: scripts/unsafe.sh
#
# Prints a table. Fails when the library or program of a crate other than `ffi` has unsafe code, or does not forbid it to the
# compiler. Tests and benchmarks may have some (allocators that count); they are listed beside.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case "${1:-}" in
"") ;;
*) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" && exit 2 ;;
esac

# Blocks, functions, implementations in the Rust files of folders that exist. Comments, texts and attributes do not count:
# `//`, `"…"` and `#[…]` are taken away.
count() {
    local folders=() folder
    for folder in "$@"; do
        [ -d "$folder" ] && folders+=("$folder")
    done
    [ ${#folders[@]} = 0 ] && echo 0 && return
    find "${folders[@]}" -name '*.rs' -not -path '*/target/*' -print0 |
        xargs -0 -r sed -E 's://.*$::; s:"([^"\\]|\\.)*":"":g; s/#!?\[[^]]*\]//g' |
        { grep -oE 'unsafe[[:space:]]*\{|unsafe[[:space:]]+(extern[[:space:]]+""[[:space:]]+)?(fn|impl)' || true; } | wc -l
}

status=0
echo "| crate | unsafe, in the library or program | in tests, benchmarks, examples | forbidden to the compiler |"
echo "|---|---:|---:|---|"
while read -r crate; do
    code="$(count "$crate/src")"
    tests="$(count "$crate/tests" "$crate/benches" "$crate/examples")"
    forbidden=no
    grep -qsE '^#!\[forbid\(unsafe_code\)\]' "$crate/src/lib.rs" && forbidden=yes
    echo "| $crate | $code | $tests | $forbidden |"
    if [ "$crate" != ffi ]; then
        [ "$code" = 0 ] || { echo "$crate: unsafe code" >&2 && status=1; }
        [ "$forbidden" = yes ] || { echo "$crate: lacks #![forbid(unsafe_code)]" >&2 && status=1; }
    fi
done < <(sed -n '/^members = \[/,/^\]/s/^ *"\(.*\)",$/\1/p' Cargo.toml)
exit "$status"
