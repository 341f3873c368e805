//! `muddle inspect`: records already written, checked, counted and shown.

mod charts;
mod facts;
mod json;
mod text;

use anyhow::{Context, Result, bail};

use super::{inputs, screen, threads, warn};
use crate::cli::InspectArgs;
use crate::inspect::{Decoder, Duplicates, Guess, Outcome, Scan, Tokens};
use crate::reader::{self, Format, Input, LineBlocks, ReadOptions};
use crate::report::{Example, Group, Page};
use crate::settings::usage;
use crate::special_tokens::SpecialTokens;
use crate::tokenizer::{Tokenizer, locate};
use crate::warning::Warning;
use crate::writer::sink::{self, Sink};

/// A longer line is no record of anybody's.
const MAX_LINE_BYTES: usize = 256 << 20;
/// Examples on the page, and broken ones before them.
const PAGE_EXAMPLES: [usize; 2] = [40, 20];
/// Broken records printed.
const PRINTED_BROKEN: usize = 3;
/// Ids shown of each side of an example: printed, on the page.
const SHOWN_IDS: [usize; 2] = [160, 600];

/// What the ways of showing have in common.
struct Inspected<'i> {
    outcome: &'i Outcome,
    guess: Option<Guess>,
    tokenizer: &'i Tokenizer,
    tokens: &'i Tokens,
    inputs: Vec<String>,
}

/// Settles, checks, loads, reads everything, shows it. An error where a record breaks an invariant.
pub fn run(args: InspectArgs) -> Result<()> {
    let inputs = inputs(args.records.clone(), "records").map_err(usage)?;
    reader::check(&inputs, &ReadOptions { format: Some(Format::Jsonl), ..ReadOptions::default() })?;
    if let Some(path) = &args.html {
        sink::check_target(path)?;
        sink::check_is_no_input(path, inputs.iter().map(Input::path))?;
    }
    let (tokenizer, tokens) = load(&args)?;
    let names: Vec<String> = inputs.iter().map(Input::shown).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads(args.run.threads)).build();
    let pool = pool.context("cannot start threads")?;
    let show = args.show as usize;
    let [sound, broken] = if args.html.is_some() { PAGE_EXAMPLES } else { [0, PRINTED_BROKEN] };
    let scan = Scan { tokens: &tokens, pool: &pool, examples: [sound.max(show), broken] };
    let outcome = scan.run(LineBlocks::new(inputs, MAX_LINE_BYTES))?;
    if outcome.tally.lines == 0 {
        warn(args.run.quiet, &Warning::NothingToInspect);
    }
    let guess = Guess::of(&outcome.tally, &outcome.looks);
    let inspected = Inspected { outcome: &outcome, guess, tokenizer: &tokenizer, tokens: &tokens, inputs: names };
    if let Some(path) = &args.html {
        let mut sink = Sink::file(path)?;
        sink.write(inspected.page().render().as_bytes())?;
        sink.finish()?;
    }
    let mut sink = Sink::stdout()?;
    let said = if args.json {
        json::render(&inspected, show)
    } else {
        text::render(&inspected, show, screen::color_on_stdout())
    };
    sink.write(said.as_bytes())?;
    sink.finish()?;
    let (broken, lines) = (outcome.tally.broken, outcome.tally.lines);
    if broken > 0 {
        bail!("{broken} of {lines} records are broken (the findings name the first lines of each kind)");
    }
    Ok(())
}

fn load(args: &InspectArgs) -> Result<(Tokenizer, Tokens)> {
    let location = locate(&args.tokenizer, |name| std::env::var(name).ok())?;
    let tokenizer = Tokenizer::load(&location, false)?;
    let specials = SpecialTokens::find(tokenizer.vocabulary(), &location, &args.special_tokens.overrides())
        .with_context(|| location.file.display().to_string())?;
    let tokens = Tokens::new(tokenizer.vocabulary(), tokenizer.template(), &specials, args.label_pad);
    Ok((tokenizer, tokens))
}

impl Inspected<'_> {
    /// Broken records first, then sound ones.
    fn examples(&self, sound: usize, broken: usize, limit: usize) -> Vec<Example> {
        let decoder = Decoder { tokenizer: self.tokenizer, tokens: self.tokens, limit };
        let broken = self.outcome.broken.iter().take(broken);
        broken.chain(self.outcome.examples.iter().take(sound)).map(|kept| decoder.example(kept)).collect()
    }

    fn page(&self) -> Page {
        let [sound, broken] = PAGE_EXAMPLES;
        let inputs = match self.inputs.as_slice() {
            few if few.len() <= 3 => few.join(", "),
            many => format!("{} and {} more files", many[0], many.len() - 1),
        };
        Page {
            title: format!("Records of {inputs}"),
            lead: match &self.guess {
                Some(guess) => format!("Looks like {}.", guess.words()),
                None => "No noise was found to name.".to_string(),
            },
            notices: self.notices(),
            facts: self.facts(),
            charts: self.charts(),
            examples: self.examples(sound, broken, SHOWN_IDS[1]),
            settings: Group::default(),
            foot: format!(
                "muddle {} inspect. Numbers about noise in records with full labels are estimates from {} records looked at closely.",
                env!("CARGO_PKG_VERSION"),
                self.outcome.looks.sampled
            ),
        }
    }

    /// How many duplicates, in words that say how far they were looked for.
    fn duplicates(&self) -> (u64, String) {
        let duplicates = &self.outcome.duplicates;
        let note = if duplicates.is_bounded {
            format!("at least: only the first {} different records are remembered", Duplicates::limit())
        } else {
            String::new()
        };
        (duplicates.count, note)
    }
}
