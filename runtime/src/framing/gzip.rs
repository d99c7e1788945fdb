//! gzip, of one member or several. What follows the last member is taken as gzip(1) takes it: zeros are padding,
//! anything else is passed over and noted. Bytes that look like another member must be one.

use super::{Framing, Stored, Unwrapped};
use flate2::bufread::GzDecoder;
use std::io::{self, Read};

pub(super) static GZIP: Framing = Framing {
    name: "gzip",
    tells: |head| head.starts_with(&[0x1f, 0x8b]) || head == [0x1f],
    open: |stored| {
        Ok(Box::new(Gzip { state: State::Member(Box::new(GzDecoder::new(stored))), garbage: None }))
    },
    is_readable: true,
};

/// Members one after the other.
struct Gzip {
    state: State,
    /// Where bytes that are no member start, and how many they are.
    garbage: Option<(u64, u64)>,
}

enum State {
    Member(Box<GzDecoder<Stored>>),
    End(Stored),
    /// Between two of the others, and after an error.
    Nothing,
}

impl Gzip {
    /// What follows a member.
    fn next(&mut self, mut stored: Stored) -> io::Result<State> {
        match stored.after_zeros()? {
            None => Ok(State::End(stored)),
            Some(0x1f) => Ok(State::Member(Box::new(GzDecoder::new(stored)))),
            Some(_) => {
                let from = stored.at();
                io::copy(&mut stored, &mut io::sink())?;
                self.garbage = Some((from, stored.at() - from));
                Ok(State::End(stored))
            }
        }
    }
}

impl Read for Gzip {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            match &mut self.state {
                State::Member(member) => {
                    let got = member.read(buf).map_err(|e| {
                        member.get_ref().damaged("gzip", "the rest of a sound gzip member", e)
                    })?;
                    if got > 0 || buf.is_empty() {
                        return Ok(got);
                    }
                }
                State::End(_) | State::Nothing => return Ok(0),
            }
            if let State::Member(member) = std::mem::replace(&mut self.state, State::Nothing) {
                self.state = self.next(member.into_inner())?;
            }
        }
    }
}

impl Unwrapped for Gzip {
    fn note(&self) -> Option<String> {
        let State::End(stored) = &self.state else {
            return None;
        };
        let note = self.garbage.map(|(from, len)| {
            format!("{len} bytes after the last gzip member, from byte {from} on, are no gzip: passed over")
        });
        note.or_else(|| stored.note())
    }
}
