//! Gzip as files hold it: members one after the other, and zeros after any of them, which tapes and block devices leave.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// Unpacks every member.
pub(super) struct Gunzip<R> {
    /// `None` while it is changed for the next, and after an error there.
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Gunzip<R> {
    pub fn new(packed: R) -> Self {
        Self { member: Some(GzDecoder::new(packed)) }
    }

    /// Goes on with the next member; false where there is none.
    fn next_member(&mut self) -> io::Result<bool> {
        let Some(member) = &mut self.member else { return Ok(false) };
        let packed = member.get_mut();
        loop {
            let ahead = packed.fill_buf()?;
            let zeros = ahead.iter().take_while(|&&byte| byte == 0).count();
            match (ahead.len(), zeros) {
                (0, _) => return Ok(false),
                (_, 0) => break,
                _ => packed.consume(zeros),
            }
        }
        self.member = self.member.take().map(|member| GzDecoder::new(member.into_inner()));
        Ok(true)
    }
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let count = member.read(buffer)?;
            if count > 0 || buffer.is_empty() || !self.next_member()? {
                return Ok(count);
            }
        }
        Ok(0)
    }
}
