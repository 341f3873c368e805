//! The nearest name to a misspelt one.

/// `did you mean x?`, or the list of names where none is near.
pub fn nearest<'n>(typed: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let near = names
        .iter()
        .map(|name| (strsim::damerau_levenshtein(typed, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 3)
        .min();
    match near {
        Some((_, name)) => format!("did you mean {name}?"),
        None => format!("one of: {}", names.join(" ")),
    }
}
