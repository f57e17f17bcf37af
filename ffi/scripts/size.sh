#!/bin/bash
# What linking each module adds to a stripped C program, with every function of it referenced and --gc-sections:
# ffi/scripts/size.sh [x86-64] [mips] [arm]. Builds the firmware preset first. Sizes are octets of the difference to an
# empty program; the C library's own functions that a module needs are in it, as they would be on a router.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

machines=("$@")
[ $# -gt 0 ] || machines=(x86-64 mips arm)
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# Links a program that refers to the functions whose name fits a pattern, and prints text, data and bss.
linked() {
    local tools="$1" library="$2" pattern="$3" functions
    functions="$("${tools}nm" --defined-only --extern-only "$library" | awk -v p="$pattern" 'NF == 3 && $3 ~ p { print $3 }')"
    {
        for f in $functions; do echo "extern void $f(void);"; done
        echo 'void (*volatile sink)(void); int main(int argc, char **argv) { (void)argv; if (argc > 100) {'
        for f in $functions; do echo "sink = $f;"; done
        echo '} return 0; }'
    } >"$work/program.c"
    "${tools}gcc" -Os -no-pie -ffunction-sections -fdata-sections "$work/program.c" "$library" -Wl,--gc-sections \
        -o "$work/program" 2>"$work/messages" || { cat "$work/messages" >&2; return 1; }
    "${tools}strip" "$work/program"
    "${tools}size" "$work/program" | awk 'NR == 2 { print $1, $2 + $3 }'
}

report() {
    local name="$1" tools="$2" target="$3" library empty_text empty_data text data pattern
    if ! command -v "${tools}gcc" >/dev/null; then
        echo "skipped: sizes for $name (${tools}gcc is not installed)"
        return
    fi
    library="$(make -s library PRESET=firmware BUILD_STD=1 TARGET="$target" CROSS="$tools" | tail -n 1)"
    read -r empty_text empty_data < <(linked "$tools" "$library" '^$')
    while read -r label pattern; do
        read -r text data < <(linked "$tools" "$library" "$pattern")
        printf '%-8s %-28s text %7d  data+bss %5d\n' "$name" "$label" $((text - empty_text)) $((data - empty_data))
    done <<END
heartbeat-codec ^fonap_heartbeat_(query|nop|answer_open|dns|response|base|crc3|mac|key)
heartbeat ^fonap_heartbeat
radius-codec ^fonap_radius_(parse|find|next|eap|add|writer|verify|unhide|secret|chap|authenticator|frame)
radius ^fonap_(radius|radconfig)
radius+heartbeat ^fonap_(radius|radconfig|heartbeat)
radius+heartbeat+gateway ^fonap_(radius|radconfig|heartbeat|gateway|uam)
all ^fonap_
END
}

for machine in "${machines[@]}"; do
    case "$machine" in
        x86-64) report x86-64 "" x86_64-unknown-linux-musl ;;
        mips) report mips mips-linux-gnu- mips-unknown-linux-musl ;;
        arm) report arm arm-linux-gnueabihf- armv7-unknown-linux-gnueabihf ;;
        *) echo "unknown machine $machine: x86-64, mips or arm" >&2; exit 2 ;;
    esac
done
