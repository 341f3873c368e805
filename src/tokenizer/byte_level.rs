//! The characters by which byte-level vocabularies spell bytes (GPT-2's table): printable ones stand for themselves, the
//! rest are numbered from U+0100 on.

/// The byte that a character spells.
pub fn byte(spelled: char) -> Option<u8> {
    match u32::from(spelled) {
        code @ (0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff) => Some(code as u8),
        code @ 0x100..=0x120 => Some((code - 0x100) as u8),
        code @ 0x121..=0x142 => Some((code - 0x121 + 0x7f) as u8),
        0x143 => Some(0xad),
        _ => None,
    }
}

/// The text of a surface, where its bytes are one.
pub fn text(surface: &str) -> Option<String> {
    String::from_utf8(surface.chars().map(byte).collect::<Option<Vec<u8>>>()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_spelled_once() {
        let mut spelled: Vec<u8> = ('\0'..='\u{200}').filter_map(byte).collect();
        spelled.sort_unstable();
        assert_eq!(spelled, (0..=255).collect::<Vec<u8>>());
        assert_eq!((text("Ġcafé"), text("ĠcafÃ©").as_deref()), (None, Some(" café")));
        assert_eq!((byte('Ġ'), byte('Ċ'), byte('ł'), byte('Ń')), (Some(32), Some(10), Some(0xa0), Some(0xad)));
    }
}
