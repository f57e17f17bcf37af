#!/bin/bash
# Checks that what the Markdown files point to is there: files and folders of links, headings behind a #, and the scripts that
# they name: scripts/documents.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case "${1:-}" in
"") ;;
-h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" && exit ;;
*) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2 && exit 2 ;;
esac

# The documents; a copy of the tree may be without its history.
documents() {
    git ls-files --cached --others --exclude-standard '*.md' 2>/dev/null ||
        find . -name '*.md' -not -path '*/target/*' | sed 's,^\./,,'
}

# A file without its fenced code.
prose() {
    awk '/^ *```/ { code = !code; next } !code' "$1"
}

# The names that headings get: lower case, without punctuation, blanks as hyphens.
anchors() {
    prose "$1" | sed -nE 's/^#+ +//p' | tr '[:upper:]' '[:lower:]' | sed -E 's/[^a-z0-9 _-]//g; s/ /-/g'
}

status=0
links=0
complain() {
    echo "$1" >&2
    status=1
}
while read -r file; do
    while read -r link; do
        links=$((links + 1))
        path="${link%%#*}"
        target="$file"
        if [ -n "$path" ]; then
            target="$(dirname "$file")/$path"
        fi
        if [ ! -e "$target" ]; then
            complain "$file: $link leads nowhere"
        elif [ "$link" != "$path" ] && ! anchors "$target" | grep -qxF "${link#*#}"; then
            complain "$file: $target has no heading for #${link#*#}"
        fi
    done < <(prose "$file" | tr '\n' ' ' | grep -oE '\]\([^)[:space:]]+\)' | sed 's/^](//; s/)$//' | grep -vE '^[a-z]+:' || true)
    while read -r script; do
        if [ ! -x "$script" ] && [ ! -x "$(dirname "$file")/$script" ]; then
            complain "$file: there is no $script"
        fi
    done < <(grep -oE '(ffi/)?\bscripts/[a-z-]+\.sh' "$file" | sort -u || true)
done < <(documents)
[ "$links" != 0 ] || complain "no document with a link was found"
[ "$status" = 0 ] && echo "$links links in the documents, each leads somewhere"
exit "$status"
