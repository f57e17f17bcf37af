#!/bin/bash
# Compares the table "Dependencies" of ARCHITECTURE.md with the manifests: every direct dependency of every crate stands there
# with its reason, and nothing stands there that no crate uses any more: scripts/dependencies.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case "${1:-}" in
"") ;;
-h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" && exit ;;
*) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" && exit 2 ;;
esac
command -v jq >/dev/null || { echo "$0: needs jq" >&2 && exit 2; }

# What is there: dependency, crate, kind. Crates of the workspace are not meant.
used="$(cargo metadata --no-deps --format-version 1 | jq -r '
    .packages[] | .name as $crate | .dependencies[] | select(.path == null) |
    [.name, $crate, (.kind // "normal")] | @tsv' | sort -u)"

# What is explained: dependency, crate. "tests" holds for every crate.
explained="$(sed -n '/^## Dependencies/,/^## /p' ARCHITECTURE.md | awk -F'|' '
    NF >= 4 && $2 !~ /^ *(dependency|-+) *$/ {
        gsub(/\([^)]*\)|`/, "", $2); gsub(/\([^)]*\)|`/, "", $3)
        names = split($2, name, ","); crates = split($3, crate, ",")
        for (n = 1; n <= names; n++) for (c = 1; c <= crates; c++) {
            gsub(/^ +| +$/, "", name[n]); gsub(/^ +| +$/, "", crate[c])
            if (crate[c] ~ /^tests/) crate[c] = "*"
            print name[n] "\t" crate[c]
        }
    }' | sort -u)"

status=0
while IFS=$'\t' read -r name crate kind; do
    if grep -qxF "$name"$'\t'"$crate" <<<"$explained" || grep -qxF "$name"$'\t*' <<<"$explained"; then
        continue
    fi
    # In tests only, any row about the dependency will do.
    if [ "$kind" != normal ] && cut -f1 <<<"$explained" | grep -qxF "$name"; then
        continue
    fi
    echo "ARCHITECTURE.md does not say why $crate needs $name ($kind)" >&2
    status=1
done <<<"$used"
while read -r name; do
    if ! cut -f1 <<<"$used" | grep -qxF "$name"; then
        echo "ARCHITECTURE.md explains $name, which no crate uses" >&2
        status=1
    fi
done < <(cut -f1 <<<"$explained" | sort -u)
while IFS=$'\t' read -r name crate; do
    if [ "$crate" != '*' ] && ! cut -f1,2 <<<"$used" | grep -qxF "$name"$'\t'"$crate"; then
        echo "ARCHITECTURE.md says that $crate needs $name, which it does not" >&2
        status=1
    fi
done <<<"$explained"
[ "$status" = 0 ] && echo "$(cut -f1 <<<"$used" | sort -u | wc -l) direct dependencies, each with its reason"
exit "$status"
