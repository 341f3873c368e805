//! The nearest name to a misspelt one.

/// `did you mean x?`, or the list of names where none is near: of the longer of the two, two characters in three stay.
pub fn nearest<'n>(typed: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let near = |name: &&'n str| {
        let length = typed.chars().count().max(name.chars().count());
        let distance = strsim::damerau_levenshtein(typed, name);
        (distance <= (length / 3).max(1)).then_some((distance, *name))
    };
    match names.iter().filter_map(near).min() {
        Some((_, name)) => format!("did you mean {name}?"),
        None => one_of(names),
    }
}

/// `one of: x y z`.
pub fn one_of<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    format!("one of: {}", names.into_iter().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_meant_where_most_of_it_was_typed() {
        let names = ["mask", "delete", "infill", "none", "bernoulli", "en_XX"];
        for (typed, meant) in
            [("maks", "mask"), ("non", "none"), ("infil", "infill"), ("delet", "delete"), ("bernuli", "bernoulli")]
        {
            assert_eq!(nearest(typed, names), format!("did you mean {meant}?"));
        }
        for typed in ["", "x", "task_", "del", "ja_XX"] {
            assert!(nearest(typed, names).starts_with("one of: mask delete "), "{typed}");
        }
    }
}
