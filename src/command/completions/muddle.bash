
_muddle_typed() {
    local line="${COMP_LINE:0:COMP_POINT}"
    local typed="${line##*[[:space:]]}" word head="" name="" reply
    local -a words answers
    if [[ "$typed" != *[:=]* ]]; then
        _muddle "$@"
        # Keys of a noise come after its name.
        for reply in "${COMPREPLY[@]}"; do
            [[ "$reply" == *:*= ]] || answers+=("$reply")
        done
        COMPREPLY=("${answers[@]}")
        # The value of an option may be a folder, to go on from.
        if [[ ${#answers[@]} -eq 1 && "$3" == -* && -d "${answers[0]}" ]]; then
            COMPREPLY=("${answers[0]%/}/")
            compopt -o nospace 2> /dev/null
        fi
        return 0
    fi
    read -ra words <<< "${line% *} "
    word="$typed"
    if [[ "$word" == --*=* ]]; then
        words+=("${word%%=*}")
        head="${word%%=*}="
        word="${word#*=}"
    fi
    local option="${words[${#words[@]}-1]}"
    if [[ "$option" == --mix ]]; then
        head+="${word%"${word##*+}"}"
        word="${word##*+}"
        if [[ "$word" =~ ^[0-9.]+: ]]; then
            head+="${BASH_REMATCH[0]}"
            word="${word#*:}"
        fi
        option=--noise
    fi
    if [[ "$word" == *:*,* ]]; then
        name="${word%%:*}:"
        head+="${word%,*},"
        word="$name${word##*,}"
    fi
    COMP_WORDS=("${words[@]}" "$word")
    COMP_CWORD=${#words[@]}
    COMPREPLY=()
    _muddle "$1" "$word" "$option"
    for reply in "${COMPREPLY[@]}"; do
        [[ "$word" != *:* && "$reply" == *:*= ]] && continue
        reply="$head${reply#"$name"}"
        answers+=("${reply#"${typed%"${typed##*[:=]}"}"}")
    done
    COMPREPLY=("${answers[@]}")
    [[ ${#answers[@]} -eq 1 && "${answers[0]}" == *= ]] && compopt -o nospace 2> /dev/null
    return 0
}
