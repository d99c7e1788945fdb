//! What lies below an error, without what nobody may see.

use crate::catalog::glue::seen::Seen;
use std::error::Error;
use std::fmt;

/// An error's text with those below it: the SDK's own errors hold the whole answer, which is nobody's business.
#[derive(Debug)]
pub(super) struct Cause {
    text: String,
    below: Option<Box<Self>>,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.below.as_deref().map(|below| below as &(dyn Error + 'static))
    }
}

impl Cause {
    /// The error and everything below it; what repeats the line above is left out.
    pub(super) fn of(error: Option<&(dyn Error + 'static)>, seen: &Seen) -> Self {
        let mut texts: Vec<String> = Vec::new();
        let mut next = error;
        while let Some(error) = next {
            let text = clean(&error.to_string(), seen);
            // The SDK's word for a kind of its own.
            if text != "other" && texts.last().is_none_or(|last| !last.contains(&text)) {
                texts.push(text);
            }
            next = error.source();
        }
        let mut cause = None;
        for text in texts.into_iter().rev() {
            cause = Some(Box::new(Self { text, below: cause }));
        }
        cause.map_or_else(|| Self { text: "no reason was given".into(), below: None }, |cause| *cause)
    }

    /// Every text of it in lower case.
    pub(super) fn whole(&self) -> String {
        let mut text = self.text.to_lowercase();
        if let Some(below) = &self.below {
            text.push('\n');
            text.push_str(&below.whole());
        }
        text
    }
}

/// Words after which a text is not told. Whoever refuses a signature sends back what was signed, and the session's token
/// is part of that; a program that should give credentials may write them to the wrong place.
const CUTS: [(&str, &str); 4] = [
    ("The Canonical String", ""),
    ("The String-to-Sign", ""),
    // Before the address, which may have a password, and the whole request.
    ("failed to apply endpoint", "the address of the service cannot be used"),
    ("Stderr:", "What it wrote is not shown: run the `credential_process` of the profile by hand."),
];

/// A text without what it must not repeat.
pub(super) fn clean(text: &str, seen: &Seen) -> String {
    let cut = CUTS.iter().filter_map(|(at, instead)| Some((text.find(at)?, instead))).min();
    let text = match cut {
        Some((end, instead)) => format!("{}{instead}", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    };
    seen.scrub(text.trim())
}
