//! Where a command writes: handed in, so that tests need no process and no terminal.

use crate::error::CliError;
use std::io::{BufRead, ErrorKind, Read, Write};

/// The two outputs of a command.
///
/// Text arrives with ANSI styles; [`main`](crate::main) wraps the process's streams so that styles reach terminals
/// only.
pub struct Io<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    answers: Option<&'a mut dyn BufRead>,
    input: Option<&'a mut dyn Read>,
    progress: bool,
    width: usize,
}

/// Characters of a line where no terminal says otherwise.
const WIDTH: usize = 80;

impl<'a> Io<'a> {
    /// Results go to `out`, messages to `err`; no progress bar.
    pub fn new(out: &'a mut dyn Write, err: &'a mut dyn Write) -> Self {
        Self { out, err, answers: None, input: None, progress: false, width: WIDTH }
    }

    /// Allows a progress bar on the process's standard error, if that is a terminal.
    #[must_use]
    pub fn with_progress(mut self) -> Self {
        self.progress = true;
        self
    }

    /// Lets charts be as wide as the terminal.
    #[must_use]
    pub fn with_width(mut self, characters: usize) -> Self {
        self.width = characters;
        self
    }

    /// Lets a command ask, and read the answers from here. Without it nobody is asked, and what would need an answer
    /// needs `--yes`.
    #[must_use]
    pub fn with_answers(mut self, answers: &'a mut dyn BufRead) -> Self {
        self.answers = Some(answers);
        self
    }

    /// What a command reads that is told to read standard input (`-`). Without it there is none.
    #[must_use]
    pub fn with_input(mut self, input: &'a mut dyn Read) -> Self {
        self.input = Some(input);
        self
    }

    /// Standard input, if there is one.
    pub(crate) fn input(&mut self) -> Option<&mut dyn Read> {
        match &mut self.input {
            Some(input) => Some(&mut **input),
            None => None,
        }
    }

    /// Whether there is somebody to ask.
    pub(crate) fn can_ask(&self) -> bool {
        self.answers.is_some()
    }

    /// Asks on standard error; only `yes` (or `y`) is a yes, and the end of the answers is a no.
    pub(crate) fn ask(&mut self, question: &str) -> bool {
        let mut line = String::new();
        self.complain(&format!("{question} [yes/no] "));
        let read = match &mut self.answers {
            Some(answers) => answers.read_line(&mut line),
            None => return false,
        };
        if !line.ends_with('\n') {
            self.complain("\n");
        }
        read.is_ok() && matches!(line.trim().to_lowercase().as_str(), "y" | "yes")
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn progress(&self) -> bool {
        self.progress
    }

    /// Prints a result. A reader that has gone away (`| head`) is not an error.
    pub(crate) fn print(&mut self, text: &str) -> Result<(), CliError> {
        let hint = "the command itself was carried out; only its result is not shown";
        self.stream(text).map(|_| ()).map_err(|error| error.hint(hint))
    }

    /// Prints a part of a long result; false when its reader has gone away (`| head`), so that no more is needed.
    pub(crate) fn stream(&mut self, text: &str) -> Result<bool, CliError> {
        match self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            Err(error) => {
                Err(CliError::failed("cannot print the result", "standard output refuses it").cause(&error))
            }
        }
    }

    /// Prints a message. There is nowhere left to report that this fails.
    pub(crate) fn complain(&mut self, text: &str) {
        let _ = self.err.write_all(text.as_bytes()).and_then(|()| self.err.flush());
    }
}
