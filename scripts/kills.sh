#!/usr/bin/env bash
# Ends commands that write at random moments, as a power cut would, while another process reads; then fills a disk.
# Prints one line: kills, half states (a folder or file that is neither the old nor the new), bad reads (answers of the
# reader that are of no state), and what is left over after the next command that ends by itself.
# Usage: scripts/kills.sh PROGRAM [KILLS]     KILLS is 1,000 unless said. SEED=N repeats the moments.
set -u
program=$(realpath "${1:?name the casegraph program}")
kills=${2:-1000}
RANDOM=${SEED:-$$}
work=$(mktemp -d)
export HOME="$work/home" CASEGRAPH_TOKEN=kills
unset CASEGRAPH_PROJECT CASEGRAPH_LOCATION XDG_STATE_HOME
mkdir -p "$HOME" "$work/out"
study="$work/st"
store="$work/store"
half=0 left=0 done_kills=0 early=0 serving='' reading=''
log="$work/log"

clean() {
    [ -z "$reading" ] || kill "$reading" 2> /dev/null
    [ -z "$serving" ] || kill -- "-$serving" 2> /dev/null
    [ -z "${mounted:-}" ] || umount "$mounted"
    rm -rf "$work"
}
trap clean EXIT
fault() {
    half=$((half + 1))
    echo "half state: $*" >&2
}
cg() { "$program" --quiet -p "$study" --location "$store" "$@"; }
ages='SELECT ?a { ?c cg:caseKey "example-1" ; cg:ageYears ?a }'

# Starts a command in a process group of its own and ends it within so many milliseconds, if it has not ended.
shoot() {
    local within=$1
    shift
    setsid "$@" > /dev/null 2> "$log" &
    local pid=$!
    sleep "$(printf '0.%03d' $((RANDOM % within)))"
    if kill -9 -- "-$pid" 2> /dev/null; then
        done_kills=$((done_kills + 1))
    else
        early=$((early + 1))
    fi
    wait "$pid" 2> /dev/null
}

# What has an unfinished name, or a snapshot that no manifest names.
leftovers() {
    find "$work" -name '*.casegraph-unfinished' -not -path "$work/home/*" | wc -l
}
stores() { find "$store" -name 'store-*.snapshot' | wc -l; }

"$program" --quiet init "$study" || exit 2
printf 'format-version: 1.2\nontology: go\n\n[Term]\nid: GO:1\nname: one\n' > "$work/one.obo"
{
    printf 'format-version: 1.2\nontology: whole\n'
    for n in $(seq 3000); do printf '\n[Term]\nid: GO:%07d\nname: term %s\n' "$n" "$n"; done
} > "$work/whole.obo"
cg build || exit 2
cg report --only cohort -o "$work/out/report.html" > /dev/null || exit 2
cg run cohort/flow --format json -o "$work/out/flow.json" || exit 2
cg release "$work/out/whole" || exit 2

# The reader: any age that was ever in the sheet, and nothing else, at any time.
(
    reads=0 bad=0
    trap 'echo "$reads $bad" > "$work/reads"; exit' TERM
    while :; do
        answer=$(cg --frozen query --format csv "$ages" 2>> "$work/reader.log" | tr -d '\r' | tail -n +2)
        case $answer in
        3[0-9] | 4[0-9]) ;;
        *) bad=$((bad + 1)) && echo "read: $answer" >> "$work/reader.log" ;;
        esac
        reads=$((reads + 1))
        echo "$reads $bad" > "$work/reads"
    done
) &
reading=$!

turn_sheet() { sed -i "s/full text p. 1,stated,[0-9]*,female/full text p. 1,stated,$((30 + RANDOM % 20)),female/" "$study"/data/*/cases.csv; }
whole_file() { # FILE END
    [ ! -e "$1" ] || tail -c 40 "$1" | grep -q "$2" || fault "$1"
}

serve() {
    setsid "$program" -p "$study" --location "$store" --frozen serve --bind 127.0.0.1:0 "$1" --workers 2 2> "$work/serve" &
    serving=$!
    for _ in $(seq 100); do
        address=$(sed -n 's|.*Serving at http://\([^/]*\)/.*|\1|p' "$work/serve")
        [ -n "$address" ] && return
        sleep 0.1
    done
    fault "the server does not start: $(cat "$work/serve")"
}

update() {
    local number=$1
    serve --writable
    text="INSERT DATA { GRAPH <http://example.org/kills> { <http://example.org/n> <http://example.org/is> $number } }"
    curl -s -o /dev/null -w '%{http_code}' --max-time 20 -H "Authorization: Bearer $CASEGRAPH_TOKEN" -H 'Content-Type: application/sparql-update' \
        --data-binary "$text" "http://$address/update" > "$work/status" &
    local client=$!
    sleep "$(printf '0.%03d' $((RANDOM % 400)))"
    kill -9 -- "-$serving" 2> /dev/null && done_kills=$((done_kills + 1))
    wait "$serving" "$client" 2> /dev/null
    serving=''
    local there
    there=$(cg --frozen query "ASK { GRAPH <http://example.org/kills> { ?n ?is $number } }" | tr -d '\r' | tail -1)
    if [ "$(cat "$work/status")" = 204 ] && [ "$there" != yes ]; then fault "an update was acknowledged and is lost"; fi
}

# A row that is written in the browser is in the sheet and in curation.csv, or what was begun says so.
edit() {
    local number=$1 data rows logged
    data=$(echo "$study"/data/*)
    serve --edit
    local port=${address##*:}
    curl -s -o /dev/null -w '%{http_code}' --max-time 20 -b "casegraph-token-$port=$CASEGRAPH_TOKEN; casegraph-curator-$port=K" \
        -d "c.key=kill-$number&c.title=invented&c.kind=case-report&c.note=invented&do=write" "http://$address/edit/sheet/publications" > "$work/status" &
    local client=$!
    sleep "$(printf '0.%03d' $((RANDOM % 400)))"
    kill -9 -- "-$serving" 2> /dev/null && done_kills=$((done_kills + 1))
    wait "$serving" "$client" 2> /dev/null
    serving=''
    rows=$(grep -c "^kill-$number," "$data/publications.csv")
    logged=$(grep -c "kill-$number\"" "$data/curation.csv" 2> /dev/null)
    if [ "$(cat "$work/status")" = 303 ] && [ "$rows" != 1 ]; then fault "a row was acknowledged and is lost"; fi
    if [ "$rows" != "${logged:-0}" ] && [ ! -e "$data/.curation-begun.json" ]; then fault "row $number is $rows times there and ${logged:-0} times told"; fi
    if [ "$(tail -c 1 "$data/publications.csv" | wc -l)" != 1 ]; then fault "publications.csv ends in a row"; fi
}

number=0
while [ $((done_kills)) -lt "$kills" ] && [ $number -lt $((kills * 4)) ]; do
    number=$((number + 1))
    case $((number % 9)) in
    0)
        turn_sheet
        shoot 250 "$program" -p "$study" --location "$store" build --anew
        ;;
    1)
        printf 'format-version: 1.2\nontology: go\n\n[Term]\nid: GO:1\nname: one %s\n' "$number" > "$work/one.obo"
        shoot 300 "$program" -p "$study" --location "$store" link "$work/one.obo"
        for slice in "$study"/data/*/imports/*.ttl; do [ ! -e "$slice" ] || whole_file "$slice" '\.$'; done
        ;;
    2) shoot 400 "$program" -p "$study" --location "$store" link --whole "$work/whole.obo" ;;
    3)
        shoot 700 "$program" -p "$study" --location "$store" release "$work/out/r$number"
        if [ -e "$work/out/r$number" ]; then
            "$program" release verify "$work/out/r$number" > /dev/null 2>&1 || fault "release $number"
            rm -r "$work/out/r$number"
        fi
        # The next release of that name clears what is left.
        if [ $((number % 5)) -eq 3 ] || [ "$(leftovers)" -gt 0 ]; then
            cg release "$work/out/r$number" 2> "$log" && rm -r "$work/out/r$number"
        fi
        ;;
    4)
        shoot 60 "$program" init "$work/out/i$number"
        if [ -e "$work/out/i$number" ]; then
            [ -e "$work/out/i$number/.gitignore" ] && [ -d "$work/out/i$number/queries/checks" ] || fault "init $number"
        else
            "$program" --quiet init "$work/out/i$number" || fault "init $number is blocked"
        fi
        rm -r "$work/out/i$number"
        ;;
    5)
        shoot 500 "$program" -p "$study" --location "$store" report --only cohort -o "$work/out/report.html"
        whole_file "$work/out/report.html" '</html>'
        ;;
    6)
        shoot 200 "$program" -p "$study" --location "$store" run cohort/flow --format json -o "$work/out/flow.json"
        whole_file "$work/out/flow.json" '}'
        ;;
    7) update $number ;;
    8) edit $number ;;
    esac
    # Whatever was ended, there is a store that answers and a next build that goes.
    if ! cg --frozen info > /dev/null 2> "$log"; then fault "after $number: $(cat "$log")"; fi
    if [ $((number % 9)) -eq 7 ]; then
        cg build --anew 2> "$log" || fault "blocked after $number: $(cat "$log")"
        cg report --only cohort -o "$work/out/report.html" > /dev/null 2>&1 || fault "report after $number"
        cg run cohort/flow --format json -o "$work/out/flow.json" 2> /dev/null || fault "run after $number"
        cg link "$work/one.obo" > /dev/null 2>&1 || fault "link after $number"
        over=$(leftovers)
        # The current store, the one before it, and the one that it is compared with.
        [ "$(stores)" -le 3 ] || over=$((over + $(stores) - 3))
        if [ "$over" -gt 0 ]; then
            left=$((left + over))
            find "$work" -name '*.casegraph-unfinished' >&2
        fi
    fi
done
kill "$reading" 2> /dev/null
wait "$reading" 2> /dev/null
reading=''
read -r reads bad < "$work/reads"

# A disk that is full: what was there stays, and nothing else does.
full=skipped
if [ "$(id -u)" -eq 0 ] && mkdir "$work/small" && mount -t tmpfs -o size=6m none "$work/small" 2> /dev/null; then
    mounted="$work/small" full=0
    cp "$work/out/report.html" "$mounted/report.html"
    "$program" --quiet -p "$study" --location "$mounted/store" build || fault "no first build on the small disk"
    for spare in $(seq 0 40 1600); do
        room=$(df --output=avail -k "$mounted" | tail -1)
        head -c $((room > spare ? (room - spare) * 1024 : 0)) /dev/zero > "$mounted/filler"
        for command in "report -o $mounted/report.html" "run cohort/flow --format json -o $mounted/flow.json" "release $mounted/r" "build"; do
            # shellcheck disable=SC2086 # words of a command
            if [ "$command" = build ]; then turn_sheet; fi
            "$program" --quiet -p "$study" --location "$([ "$command" = build ] && echo "$mounted/store" || echo "$store")" $command > /dev/null 2> "$log" || full=$((full + 1))
            grep -q panicked "$log" && fault "full disk: $command panicked"
        done
        "$program" --quiet init "$mounted/i" 2> /dev/null || full=$((full + 1))
        whole_file "$mounted/report.html" '</html>'
        whole_file "$mounted/flow.json" '}'
        if [ -e "$mounted/r" ]; then "$program" release verify "$mounted/r" > /dev/null || fault "a release on a full disk"; fi
        [ ! -e "$mounted/i" ] || [ -e "$mounted/i/.gitignore" ] || fault "an init on a full disk"
        "$program" --quiet -p "$study" --location "$mounted/store" --frozen info > /dev/null || fault "no store on a full disk"
        rm -rf "$mounted/filler" "$mounted/r" "$mounted/i" "$mounted/flow.json"
        over=$(find "$mounted" -name '*unfinished' | wc -l)
        left=$((left + over))
    done
fi
echo "kills $done_kills (and $early that ended before), half states $half, reads $reads, bad reads $bad, left over $left, refused on a full disk $full"
[ "$half" -eq 0 ] && [ "$bad" -eq 0 ] && [ "$left" -eq 0 ]
