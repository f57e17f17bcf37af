#!/bin/bash
# Runs every test of the project on Debian 12: scripts/test.sh [install] [fmt] [lint] [docs] [test]
#
# Without a verb all of them run, in this order. A verb that fails does not keep the next one from running; the run
# then ends with a status other than 0. The last line says how many tests passed, failed and were skipped; a verb that
# failed without a failed test (it did not compile, say) counts as one failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly all_verbs=(install fmt lint docs test)
readonly no_std_crates=(radius-codec heartbeat wispr)
readonly examples=(exchange login worked_example inspect provision client)
readonly test_limit="${FONAP_TEST_LIMIT:-40m}" # for building and running the tests
logs="${CARGO_TARGET_DIR:-target}/test-logs"
locked=()

# What the tests need beside a Rust toolchain: a command or a file, and the Debian packages that bring it.
readonly peers="
cc gcc libc6-dev
freeradius freeradius
radclient freeradius-utils
eapol_test eapoltest
chromium chromium
chromedriver chromium-driver
xmllint libxml2-utils
xmlsec1 xmlsec1
openssl openssl
python3 python3
redis-server redis-server
redis-cli redis-tools
tshark tshark
dnsmasq dnsmasq-base
curl curl
wpa_supplicant wpasupplicant
nmcli network-manager
plistutil libplist-utils
script bsdutils
jq jq
shellcheck shellcheck
unshare util-linux
nsenter util-linux
ip iproute2
make make
c++ g++
nm binutils
pkg-config pkg-config
"

# What further tests use where it is there: installed with the others if it can be, else those tests are skipped by name.
readonly wanted="
valgrind valgrind
cmake cmake
qemu-mips qemu-user
qemu-arm qemu-user
mips-linux-gnu-gcc gcc-mips-linux-gnu
/usr/mips-linux-gnu/include/stdio.h libc6-dev-mips-cross
arm-linux-gnueabihf-gcc gcc-arm-linux-gnueabihf
/usr/arm-linux-gnueabihf/include/stdio.h libc6-dev-armhf-cross
nft nftables
udhcpc udhcpc
conntrack conntrack
ethtool ethtool
python3 python3
openssl openssl
setpriv util-linux
"

# A command of /usr/sbin is found for users too.
PATH="$PATH:/usr/sbin:/sbin"

is_there() {
    case "$1" in
        /*) [ -e "$1" ] ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

missing_peers() {
    local command packages
    while read -r command packages; do
        if [ -n "$command" ] && ! is_there "$command"; then
            echo "$command $packages"
        fi
    done <<<"$peers"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

# Installs packages, but starts no service of theirs now, nor at the next boot: the tests run servers of their own.
apt_install() {
    local policy=/usr/sbin/policy-rc.d status=0 had_freeradius=yes
    command -v freeradius >/dev/null || had_freeradius=no
    as_root apt-get update -q
    if [ -e "$policy" ]; then
        policy=
    else
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    as_root apt-get install -q -y --no-install-recommends "$@" || status=$?
    if [ -n "$policy" ]; then
        as_root rm -f "$policy"
    fi
    if [ "$had_freeradius" = no ] && [ -d /run/systemd/system ]; then
        as_root systemctl disable --now --quiet freeradius || true
    fi
    return "$status"
}

verb_install() {
    local missing packages command tool
    for tool in "" fmt clippy; do
        if ! cargo $tool --version >/dev/null 2>&1; then
            echo "missing: cargo $tool (install Rust from https://rustup.rs, with rustfmt and clippy)" >&2
            return 1
        fi
    done
    missing="$(missing_peers)"
    if command -v apt-get >/dev/null; then
        while read -r command packages; do
            if [ -n "$command" ] && ! is_there "$command"; then
                apt_install "$packages" </dev/null || echo "wanted, but not to be had: $packages" >&2
            fi
        done <<<"$wanted"
    fi
    # The cross builds of the C library compile Rust's core for machines that have none ready.
    rustup component add rust-src >/dev/null 2>&1 || echo "wanted, but not to be had: rust-src" >&2
    if [ -n "$missing" ] && command -v apt-get >/dev/null; then
        mapfile -t packages < <(cut -d' ' -f2- <<<"$missing" | tr ' ' '\n' | sort -u)
        echo "installing ${packages[*]}"
        apt_install "${packages[@]}" || echo "apt-get failed with status $?" >&2
        hash -r
        missing="$(missing_peers)"
    fi
    if [ -n "$missing" ]; then
        while read -r command packages; do
            echo "missing: $command (Debian package $packages)" >&2
        done <<<"$missing"
        return 1
    fi
    echo "every peer of the tests is installed"
}

verb_fmt() {
    cargo fmt --all --check
    cargo fmt --manifest-path fuzz/Cargo.toml --check
}

# clippy and rustdoc share the checked dependencies.
verb_lint() {
    local crate selected=()
    cargo clippy "${locked[@]}" --workspace --all-targets --all-features -- -D warnings
    for crate in "${no_std_crates[@]}"; do
        selected+=(-p "$crate")
    done
    cargo clippy "${locked[@]}" --lib --no-default-features "${selected[@]}" -- -D warnings
    # Advisories need the network and change without us: `cargo deny check` by hand, or on a schedule.
    if cargo deny --version >/dev/null 2>&1; then
        cargo deny --log-level error --all-features check bans licenses sources
    else
        echo "skipped: cargo-deny is not installed (cargo install cargo-deny)"
    fi
    scripts/unsafe.sh
    scripts/dependencies.sh
    scripts/documents.sh
    if command -v shellcheck >/dev/null; then
        shellcheck .ci/run scripts/*.sh ffi/scripts/*.sh
        # Its variables and functions are read by rc.common.
        shellcheck --shell=dash --exclude=SC2034 docs/examples/*.init
    else
        echo "skipped: shellcheck is not installed"
    fi
}

verb_docs() {
    RUSTDOCFLAGS="-D warnings" cargo doc "${locked[@]}" --no-deps --workspace --all-features
}

# Unit tests, vectors, laws, scenarios, the tests with real peers, and the examples in the documentation.
verb_test() {
    local all=(cargo test "${locked[@]}" --workspace --all-features) beside="$logs/netns.log" netns failed=0 before
    before="$(network)"
    in_time "${all[@]}" --no-run
    # The test of the packet path mostly waits: it runs beside the others, the only one whose name begins with n.
    in_time "${all[@]}" --test netns >"$beside" 2>&1 &
    netns=$!
    in_time "${all[@]}" --no-fail-fast --lib --bins --examples --test '[!n]*' || failed=1
    in_time "${all[@]}" --no-fail-fast --doc || failed=1
    # With all features radius-codec hashes with its own MD5; this is the one of the md-5 crate.
    in_time cargo test "${locked[@]}" -p radius-codec --no-default-features --lib --test vectors --test laws || failed=1
    wait "$netns" || failed=1
    cat "$beside"
    run_examples || failed=1
    if [ "$(network)" = "$before" ]; then
        echo "test the network of this machine is as it was ... ok"
    else
        echo "test the network of this machine is as it was ... FAILED"
        diff <(echo "$before") <(network) || failed=1
    fi
    return "$failed"
}

# What the tests must leave as they found it.
network() {
    ip rule
    ip -6 rule
    ip -brief link | awk '{ print $1 }'
    ip netns
    nft list tables
} 2>&1

in_time() {
    timeout --kill-after=30s "$test_limit" "$@"
}

# The examples of the crates that go through by themselves; `cargo test` has built them.
run_examples() {
    local example failed=0
    for example in "${examples[@]}"; do
        if timeout --kill-after=5s 60s "${CARGO_TARGET_DIR:-target}/debug/examples/$example" >/dev/null; then
            echo "example $example ... ok"
        else
            echo "test example $example ... FAILED"
            failed=1
        fi
    done
    return "$failed"
}

# Counts the tests of a log: "PASSED FAILED SKIPPED".
count() {
    awk '
        /^test result: / {
            for (i = 2; i <= NF; i++) {
                if ($i == "passed;") passed += $(i - 1)
                if ($i == "failed;") failed += $(i - 1)
                if ($i == "ignored;") skipped += $(i - 1)
            }
        }
        /^vectors_[a-z_]+: [0-9]+ passed, [0-9]+ failed$/ { passed += $2; failed += $4 }
        /^vectors .*: skipped/ || /^skipped: / { skipped++ }
        END { print passed + 0, failed + 0, skipped + 0 }
    ' "$1"
}

names_skipped() {
    sed -nE -e 's/^test (.*) \.\.\. ignored.*/\1/p' -e 's/^vectors (.*): skipped(.*)/\1\2/p' -e 's/^skipped: (.*)/\1/p' "$1"
}

names_failed() {
    sed -nE -e 's/^test (.*) \.\.\. FAILED$/\1/p' -e 's/^vectors (.*): FAILED.*/\1/p' \
        -e 's/^missing: (.*)/\1/p' -e 's/^(error(\[E[0-9]+\])?: .*)/\1/p' "$1"
}

# The comment at the top, then the verbs.
help() {
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
    cat <<END

  install  bring the real peers of the tests, by apt
  fmt      rustfmt, checking only
  lint     clippy, also of the no_std crates without features; unsafe code, dependencies, links of the documents; shellcheck
  docs     rustdoc, with warnings as errors
  test     every test: units, vectors, laws, scenarios, real peers, examples in the documentation

The scenarios of the packet path need root or user namespaces; without, they are skipped by name. With TB_REQUIRE=1, as
in .ci/run where namespaces are permitted, that is a failure: a release needs such a run.
END
}

main() {
    local verb known status started seconds passed=0 failed=0 skipped=0 p f s summary=""
    local verbs=("$@")
    case "${1:-}" in
        -h | --help)
            help
            exit 0
            ;;
    esac
    if [ $# = 0 ]; then
        verbs=("${all_verbs[@]}")
    fi
    for verb in "${verbs[@]}"; do
        known=no
        for k in "${all_verbs[@]}"; do
            [ "$k" != "$verb" ] || known=yes
        done
        if [ "$known" = no ]; then
            echo "usage: $0 [${all_verbs[*]}]" >&2
            exit 2
        fi
    done
    if [ "${CI:-}" = true ]; then
        locked=(--locked)
        export CARGO_INCREMENTAL=0
    fi
    mkdir -p "$logs"
    for verb in "${verbs[@]}"; do
        printf '\n=== %s\n' "$verb"
        started=$SECONDS
        set +e
        (
            set -e
            "verb_$verb"
        ) </dev/null 2>&1 | tee "$logs/$verb.log"
        status=${PIPESTATUS[0]}
        set -e
        seconds=$((SECONDS - started))
        read -r p f s < <(count "$logs/$verb.log")
        if [ "$status" != 0 ] && [ "$f" = 0 ]; then
            f=1
        fi
        passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
        summary+="$(printf '%-8s %-6s %5d s' "$verb" "$([ "$status" = 0 ] && echo ok || echo FAILED)" "$seconds")"
        if [ "$((p + f + s))" != 0 ]; then
            summary+="   $p passed, $f failed, $s skipped"
        fi
        summary+=$'\n'
        summary+="$(names_failed "$logs/$verb.log" | sort -u | head -n 40 | sed 's/^/           failed:  /')"$'\n'
        summary+="$(names_skipped "$logs/$verb.log" | sort -u | sed 's/^/           skipped: /')"$'\n'
    done
    printf '\n=== summary (logs in %s)\n' "$logs"
    printf '%s' "$summary" | sed '/^$/d'
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" = 0 ]
}

main "$@"
