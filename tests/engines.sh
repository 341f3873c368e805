# What the tests of engines share: sourced by tests/slurm.sh and tests/spark.sh.

# Texts below FOLDER, so many, each with so many copies of the fixtures.
make_texts() {
    local i
    for i in $(seq -w 1 "$2"); do
        mkdir -p "$1/$((10#$i % 3))"
        for _ in $(seq 1 "$3"); do cat "$repository"/fixtures/texts/{english,german,french}.txt; echo; done \
            >"$1/$((10#$i % 3))/$i.txt"
    done
}
# Whether a process has an unfinished output open.
is_writing() { ls -l "/proc/$1/fd" 2>/dev/null | grep -q '\.muddle-'; }
hashes() { (cd "$1" && find . -type f | sort | xargs sha256sum); }
# Fails unless two folders hold the same files, completion records among them, and none is unfinished.
check_equal() {
    diff <(hashes "$1") <(hashes "$2")
    [ -z "$(find "$2" -name '.*.muddle-*')" ]
}
