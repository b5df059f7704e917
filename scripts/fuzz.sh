#!/usr/bin/env bash
# Builds the fuzz targets with the nightly toolchain and runs each for its share of so many seconds; prints a line a target.
# Usage: scripts/fuzz.sh SECONDS [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:?usage: scripts/fuzz.sh SECONDS [TARGET...]}
shift
rustup toolchain list | grep -q '^nightly' || { echo "fuzz.sh: no nightly toolchain is installed: rustup toolchain install nightly" >&2; exit 2; }
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/casegraph/target}/fuzz"
host=$(rustc +nightly -vV | sed -n 's/^host: //p')
# What libFuzzer needs, counters of edges and comparisons, and the address sanitizer are for what reads outside bytes:
# our own code and the parsers under it. All else would be slower to build and to run, and a guide to nothing.
instrument='"--cfg=fuzzing", "-Zsanitizer=address", "-Cpasses=sancov-module", "-Cllvm-args=-sanitizer-coverage-level=4"'
for argument in inline-8bit-counters pc-table trace-compares; do instrument+=", \"-Cllvm-args=-sanitizer-coverage-$argument\""; done
mkdir -p "$CARGO_TARGET_DIR"
for package in casegraph casegraph-fuzz casegraph-snapshot calamine csv csv-core granit-parser headers-accept json-event-parser mediatype \
    oxiri oxjsonld oxrdfxml oxttl quick-xml rio_turtle serde-saphyr serde_json spareval spargebra toml toml_parser; do
    printf '[profile.release.package.%s]\nrustflags = [%s]\n' "$package" "$instrument"
done > "$CARGO_TARGET_DIR/instrumented.toml"
cargo +nightly build --release --locked -Zprofile-rustflags --config "$CARGO_TARGET_DIR/instrumented.toml" --manifest-path fuzz/Cargo.toml \
    --target "$host" ${FUZZ_JOBS:+-j"$FUZZ_JOBS"}
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(snapshot manifest queries headers sheets sources import exchange requests)
each=$((seconds / ${#targets[@]}))
[ "$each" -gt 0 ] || each=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
for target in "${targets[@]}"; do
    corpus="$CARGO_TARGET_DIR/corpus/$target"
    seeds="$work/seeds"
    rm -rf "$seeds"
    mkdir -p "$corpus" "$seeds"
    number=0
    # A byte stands before files of which there are several kinds: see the targets.
    with_kind() { number=$((number + 1)); printf "%b" "\\x$(printf %02x "$1")" | cat - "$2" > "$seeds/$number"; }
    case $target in
        queries | headers) for file in queries/*/*.rq; do number=$((number + 1)); sed 's/^#+ \{0,1\}//' "$file" > "$seeds/$number"; [ "$target" = headers ] || cp "$file" "$seeds/$number"; done ;;
        sheets)
            kind=0
            for name in study.toml cases.csv publications.csv fusions.csv treatments.csv follow_up.csv adverse_events.csv alterations.csv claims.csv cohorts.csv series.csv appraisals.csv decisions.csv; do
                with_kind "$kind" "tests/fixtures/tiny/$name"
                kind=$((kind + 1))
            done
            with_kind "$kind" tests/fixtures/own/columns.toml ;;
        exchange)
            # The bare text of snapshots of what is exported.
            kind=0
            for name in cbioportal_{meta_study,data_clinical_patient,data_clinical_sample,data_sv}.txt; do
                sed 1d "tests/it/snapshots/export/$name.snap" | sed '1,/^---$/d' > "$work/bare"
                with_kind "$kind" "$work/bare"
                kind=$((kind + 1))
            done
            sed '1d' tests/it/snapshots/export/phenopacket.snap | sed '1,/^---$/d' > "$work/bare"
            with_kind 9 "$work/bare"
            printf 'TY  - JOUR\nAU  - Roe, R\nTI  - A case of a fusion\nPY  - 2020\nDO  - 10.1/x\nER  - \n' > "$work/bare"
            with_kind 9 "$work/bare"
            printf '@article{roe, author = {Roe, R and {The Group}}, title = "A {C}ase", year = 2020, doi = {10.1/x}}\n' > "$work/bare"
            with_kind 9 "$work/bare"
            printf 'PMID- 123\nTI  - A case of\n      a fusion\nAU  - Roe R\nDP  - 2020 May\nAID - 10.1/x [doi]\n' > "$work/bare"
            with_kind 9 "$work/bare"
            printf '[{"id": "roe", "title": "A case", "author": [{"family": "Roe"}], "issued": {"date-parts": [[2020]]}, "DOI": "10.1/x"}]' > "$work/bare"
            with_kind 9 "$work/bare"
            printf '<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>A case</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>' > "$work/bare"
            with_kind 9 "$work/bare"
            printf 'case,redcap_repeat_instrument,cases_source,cases_sex,cases_metastatic_sites___lung,cases_complete\np-1,,roe-2020,female,1,2\n' > "$work/bare"
            with_kind 9 "$work/bare"
            printf 'PMID,individual_id,disease_id,gene_symbol,allele_1,sex,HPO,Seizure\nCURIE,str,CURIE,str,str,M:F:O:U,na,HP:0001250\nPMID:1,A1,OMIM:1,ALK,c.1A>G,F,na,observed\n' > "$work/bare"
            with_kind 9 "$work/bare"
            printf 'molecular_profile\tdisease\ttherapies\tcitation_id\tsource_type\tcitation\tevidence_id\nALK Fusion\tCancer\tCrizotinib\t1\tPubMed\tRoe et al., 2020\t1\n' > "$work/bare"
            with_kind 9 "$work/bare" ;;
        import) for file in tests/fixtures/tiny/*.csv; do with_kind 6 "$file"; done ;;
        manifest) printf '{"format": 2, "store": "store-1", "software": "0", "study": "a", "title": "b", "inputs_sha256": "c", "quads": 1, "cases": 1, "parameters": {}, "synthetic": true, "whole": []}' > "$seeds/1" ;;
        sources) for file in ontology/*.ttl; do with_kind 7 "$file"; done; for file in ontology/mappings/*.sssom.tsv; do with_kind 4 "$file"; done ;;
    esac
    log="$work/$target.log"
    status=0
    # What a target makes before the first input lives to its end, which a search for leaks takes for one.
    FUZZ_TARGET="$target" TMPDIR="$work" ASAN_OPTIONS=detect_leaks=0 "$CARGO_TARGET_DIR/$host/release/fuzz" -max_total_time="$each" -timeout=60 -rss_limit_mb=4096 -print_final_stats=1 \
        -artifact_prefix="$CARGO_TARGET_DIR/crash-$target-" "$corpus" "$seeds" > "$log" 2>&1 || status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -1)
    covered=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
    if [ "$status" -eq 0 ] && [ "${covered:-0}" -gt 0 ]; then
        echo "$target: ${runs:-0} executions in $each s, $covered edges of code reached, no crash"
    elif [ "$status" -eq 0 ]; then
        failed=1
        echo "$target: NOTHING IS COUNTED of what the inputs reach: is the code instrumented?"
    else
        failed=1
        echo "$target: ${runs:-?} executions, CRASH: $(grep -m1 -E 'panicked|ERROR|SUMMARY' "$log" || true)"
    fi
done
exit $failed
