//! Writes records and contracts of benchmarks.

use lakebed_bench_data::{Codec, Contract, Layout, Recipe, Shape, Size};
use std::fs::File;
use std::io::Write;
use std::process::ExitCode;

const USAGE: &str = "\
usage: lakebed-bench-data SHAPE --out FILE (--rows N | --mb N) [what to make of the records]
       lakebed-bench-data SHAPE --contract FILE [--by-hour] [--sorted] [--zstd]

SHAPE: strings numbers nested texts sparse deep distinct floats
--seed N          same seed, same records [1]
--nulls P         percent of the nullable values that are null
--missing P       percent of the nullable members that are absent
--jumbled P       percent of the records with their members in another order
--unknown P       percent of the records with members that the table does not have
--escapes P       percent of the strings that are written with escapes
--compact         no white space
--pretty          a line for each member
--glued           no newline between records
";

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(said) => {
            // Nobody to tell when that fails.
            let _ = std::io::stdout().write_all(said.as_bytes());
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            let _ = std::io::stderr().write_all(format!("{wrong}\n").as_bytes());
            ExitCode::from(2)
        }
    }
}

fn run(mut args: impl Iterator<Item = String>) -> Result<String, String> {
    let shape = args.next().ok_or(USAGE)?;
    let shape = Shape::ALL.into_iter().find(|(name, _)| *name == shape).ok_or(USAGE)?.1;
    let mut recipe = Recipe::new(shape);
    let mut contract = Contract::new(shape);
    let (mut size, mut out, mut to) = (None, None, None);
    while let Some(word) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{word} needs a value\n\n{USAGE}"));
        match word.as_str() {
            "--out" => out = Some(value()?),
            "--contract" => to = Some(value()?),
            "--rows" => size = Some(Size::Rows(number(&word, &value()?)?)),
            "--mb" => size = Some(Size::Bytes(1_000_000 * number(&word, &value()?)?)),
            "--seed" => recipe.seed = number(&word, &value()?)?,
            "--nulls" => recipe.nulls = share(&word, &value()?)?,
            "--missing" => recipe.missing = share(&word, &value()?)?,
            "--jumbled" => recipe.jumbled = share(&word, &value()?)?,
            "--unknown" => recipe.unknown = share(&word, &value()?)?,
            "--escapes" => recipe.escapes = share(&word, &value()?)?,
            "--compact" => recipe.layout = Layout::Compact,
            "--pretty" => recipe.layout = Layout::Pretty,
            "--glued" => recipe.glued = true,
            "--by-hour" => contract.by_hour = true,
            "--sorted" => contract.sorted = true,
            "--zstd" => contract.codec = Codec::Zstd,
            _ => return Err(format!("unknown word {word}\n\n{USAGE}")),
        }
    }
    let create = |path: &str| File::create(path).map_err(|error| format!("{path}: {error}"));
    if let Some(path) = to {
        create(&path)?.write_all(contract.text().as_bytes()).map_err(|error| format!("{path}: {error}"))?;
        return Ok(String::new());
    }
    let (path, size) = out.zip(size).ok_or(USAGE)?;
    let rows = recipe.write(size, &mut create(&path)?).map_err(|error| format!("{path}: {error}"))?;
    Ok(format!("{rows}\n"))
}

fn number(word: &str, text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{word}: expected a whole number, found {text}"))
}

fn share(word: &str, text: &str) -> Result<u32, String> {
    let percent = number(word, text)?;
    let percent = u32::try_from(percent).ok().filter(|percent| *percent <= 100);
    percent.map(|percent| percent * 100).ok_or_else(|| format!("{word}: expected 0 to 100, found {text}"))
}
