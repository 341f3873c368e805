//! Parsers of option values that say what the option takes.

/// A parser of whole numbers that says what the option takes.
pub(crate) fn whole<T: TryFrom<u64>>(least: u64, most: u64) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| {
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| match most {
            u64::MAX => format!("takes a whole number, at least {least}"),
            most => format!("takes a whole number from {least} to {most}"),
        })
    }
}

/// A parser of labels.
pub(crate) fn label(text: &str) -> Result<i32, String> {
    text.parse().map_err(|_| "takes a whole number of 32 bits, such as -100".to_string())
}

/// A parser of sizes in bytes.
pub(crate) fn parse_bytes(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.strip_suffix("iB").unwrap_or(text).char_indices().next_back() {
        Some((at, 'K' | 'k')) => (&text[..at], 1u64 << 10),
        Some((at, 'M')) => (&text[..at], 1 << 20),
        Some((at, 'G')) => (&text[..at], 1 << 30),
        _ => (text, 1),
    };
    let number: u64 = digits.parse().map_err(|_| "a whole number, with K, M or G behind it".to_string())?;
    number.checked_mul(unit).filter(|&bytes| bytes > 0).ok_or_else(|| "a size above 0 that fits 64 bits".to_string())
}
