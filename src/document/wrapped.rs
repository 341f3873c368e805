//! Text whose lines are wrapped: single line breaks become spaces, in place.

/// Turns each single line break into a space; breaks around blank lines stay. The text is UTF-8.
pub fn unwrap_lines(text: &mut [u8]) {
    let (mut line_start, mut previous_break) = (0, None);
    while let Some(length) = memchr::memchr(b'\n', &text[line_start..]) {
        let line_end = line_start + length;
        let filled = !is_blank_bytes(&text[line_start..line_end]);
        join(text, previous_break, filled);
        previous_break = filled.then_some(line_end);
        line_start = line_end + 1;
    }
    let filled = !is_blank_bytes(&text[line_start..]);
    join(text, previous_break, filled);
}

/// Joins a filled line to the filled line before it, whose break is at `previous_break`.
fn join(text: &mut [u8], previous_break: Option<usize>, filled: bool) {
    if let (Some(at), true) = (previous_break, filled) {
        text[at] = b' ';
    }
}

/// [`is_blank`] for bytes known to be UTF-8; looks no further than the first character that is not
/// white.
fn is_blank_bytes(mut line: &[u8]) -> bool {
    while !line.is_empty() {
        let longest_character = &line[..line.len().min(4)];
        let valid = longest_character.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        match valid.chars().next() {
            Some(first) if first.is_whitespace() => line = &line[first.len_utf8()..],
            _ => return false,
        }
    }
    true
}
