#!/bin/bash
# What linking each module adds to a stripped C program, with every function of it referenced and --gc-sections:
# ffi/scripts/size.sh [x86-64] [mips] [arm]. Builds the firmware preset of each machine first, then prints one table:
# octets of text (code and constants, as `size` counts them) and of data and bss, as the difference to an empty program.
# What a module pulls in of the C library is in it, as it would be on a router.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

machines=("$@")
[ $# -gt 0 ] || machines=(x86-64 mips arm)
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
echo 'int main(void) { return 0; }' >"$work/program.c"

# A name for each row, and which functions it refers to.
rows=(
    'RADIUS packets'    '^fonap_radius_(parse|find|next|eap|frame|writer|add|without|verify|unhide|secret|chap|authenticator|message|hmac|is_fresh|terminate)'
    'RADIUS'            '^fonap_(radius|radconfig)'
    'heartbeat packets' '^fonap_heartbeat_(query|request|nop|regular|answer|response|dns|name|base|crc3|mac|key|rsa|version|board)'
    'heartbeat'         '^fonap_heartbeat'
    'WISPr messages, UAM' '^fonap_(wispr_(document|write)|uam)'
    'smart client'      '^fonap_wispr'
    'gateway'           '^fonap_(gateway|uam)'
    'RADIUS + heartbeat'           '^fonap_(radius|radconfig|heartbeat)'
    'RADIUS + heartbeat + gateway' '^fonap_(radius|radconfig|heartbeat|gateway|uam)'
    'all three modules' '^fonap_'
)

# Links a program that keeps the functions whose name fits a pattern, and prints text, data and bss.
linked() {
    local tools="$1" library="$2" pattern="$3" keep
    keep="$("${tools}nm" --defined-only --extern-only "$library" | awk -v p="$pattern" 'NF == 3 && $3 ~ p { print "-Wl,-u," $3 }')"
    # shellcheck disable=SC2086
    "${tools}gcc" -Os -no-pie -ffunction-sections -fdata-sections "$work/program.c" $keep "$library" -Wl,--gc-sections \
        -o "$work/program" 2>"$work/messages" || { cat "$work/messages" >&2; return 1; }
    "${tools}strip" "$work/program"
    "${tools}size" "$work/program" | awk 'NR == 2 { print $1, $2 + $3 }'
}

# One column of the table in a file: a line for each row.
measure() {
    local name="$1" tools="$2" target="$3" library empty_text empty_data text data row
    if ! command -v "${tools}gcc" >/dev/null; then
        echo "skipped: sizes for $name (${tools}gcc is not installed)" >&2
        return
    fi
    library="$(make -s library PRESET=firmware BUILD_STD=1 TARGET="$target" CROSS="$tools" | tail -n 1)"
    read -r empty_text empty_data < <(linked "$tools" "$library" '^$')
    printf '%s text | data+bss\n---: | ---:\n' "$name" >"$work/column-$name"
    for ((row = 0; row < ${#rows[@]}; row += 2)); do
        read -r text data < <(linked "$tools" "$library" "${rows[row + 1]}")
        printf '%d | %d\n' $((text - empty_text)) $((data - empty_data)) >>"$work/column-$name"
    done
}

columns=()
for machine in "${machines[@]}"; do
    case "$machine" in
        x86-64) measure x86-64 "" x86_64-unknown-linux-musl ;;
        mips) measure mips mips-linux-gnu- mips-unknown-linux-musl ;;
        arm) measure arm arm-linux-gnueabihf- armv7-unknown-linux-gnueabihf ;;
        *) echo "unknown machine $machine: x86-64, mips or arm" >&2; exit 2 ;;
    esac
    if [ -f "$work/column-$machine" ]; then columns+=("$work/column-$machine"); fi
done
[ ${#columns[@]} -gt 0 ] || exit 1
{
    printf 'functions of\n---\n'
    for ((row = 0; row < ${#rows[@]}; row += 2)); do echo "${rows[row]}"; done
} >"$work/names"
paste -d '|' "$work/names" "${columns[@]}" | sed -e 's/|/ | /g' -e 's/  */ /g' -e 's/^/| /' -e 's/$/ |/'
