//! `muddle inspect`: records already written, checked, counted and shown.

mod facts;
mod files;
mod json;
mod notices;
mod patterns;
mod verdict;

use anyhow::{Context, Result, anyhow, bail, ensure};

use super::{inputs, is_stdout, list, names_of, output, screen, threads, warn};
use crate::cli::InspectArgs;
use crate::inspect::{Outcome, RecordViewer, RoundTrip, Scan, Tokens, spread};
use crate::reader::{DataKind, Input, RecordBlocks, check_records};
use crate::settings::usage;
use crate::special_tokens::SpecialTokens;
use crate::tokenizer::{Location, Tokenizer, locate};
use crate::view::{ExampleView, View, html};
use crate::warning::Warning;
use crate::writer::files::Files;
use crate::writer::sink::Sink;

/// A longer line is nobody's record.
const MAX_LINE_BYTES: usize = 256 << 20;
/// Valid examples on the page, and broken ones before them.
const PAGE_EXAMPLES: [usize; 2] = [40, 20];
/// Broken records printed.
const PRINTED_BROKEN: usize = 3;
/// Records kept to see whether the tokenizer is theirs.
const TRIED: usize = 16;
/// Ids shown of each side of an example: printed, on the page.
const SHOWN_IDS: [usize; 2] = [160, 600];

/// What the ways of showing have in common.
struct Inspected<'i> {
    outcome: &'i Outcome,
    viewer: RecordViewer<'i>,
    round_trip: RoundTrip,
    inputs: &'i [Input],
}

/// Settles, checks, loads, reads everything, shows it. An error where a record is not valid.
pub fn run(args: InspectArgs) -> Result<()> {
    let inputs = settle(&args)?;
    check_records(&inputs, MAX_LINE_BYTES)?;
    let location = locate(&args.tokenizer, |name| std::env::var(name).ok())?;
    let files = Files::new().reads(inputs.iter().map(Input::path)).reads(location.files());
    let page = args.html.as_deref().filter(|path| !is_stdout(path));
    files.reads(list(&args.input)).writes(page).writes_stdout().check()?;
    let (tokenizer, tokens) = load(&args, &location)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads(args.run.threads)).build();
    let pool = pool.context("cannot start threads")?;
    let show = args.show as usize;
    let [valid, broken] = if args.html.is_some() { PAGE_EXAMPLES } else { [TRIED, PRINTED_BROKEN] };
    let scan = Scan { tokens: &tokens, pool: &pool, examples: [valid.max(show), broken] };
    let outcome = scan.run(RecordBlocks::new(inputs.clone(), MAX_LINE_BYTES));
    let viewer = RecordViewer { tokenizer: &tokenizer, tokens: &tokens };
    let round_trip = viewer.round_trip(outcome.examples.iter().chain(&outcome.broken).take(TRIED))?;
    let inspected = Inspected { outcome: &outcome, viewer, round_trip, inputs: &inputs };
    if let Some(fault) = inspected.nothing_read() {
        bail!(fault);
    }
    if outcome.tally.lines == 0 {
        warn(args.run.quiet, &Warning::NothingToInspect);
    }
    if let Some(path) = &args.html {
        let [valid, broken] = PAGE_EXAMPLES;
        let view = inspected.view(inspected.examples(valid, broken, SHOWN_IDS[1])?);
        output(path, &html::page(&view))?.publish()?;
    }
    if !args.html.as_deref().is_some_and(is_stdout) {
        let examples = inspected.examples(show, PRINTED_BROKEN.min(show), SHOWN_IDS[0])?;
        let mut sink = Sink::stdout()?;
        sink.write(inspected.printed(examples, args.json).as_bytes())?;
        sink.finish()?;
    }
    match inspected.verdict() {
        Some(verdict) => bail!(verdict),
        None => inspected.check_tokenizer(),
    }
}

fn settle(args: &InspectArgs) -> Result<Vec<Input>> {
    let page = args.html.as_deref().is_some_and(is_stdout);
    ensure!(
        !(page && args.json),
        usage(anyhow!("--html - and --json: only one can go to stdout (name a file for the page)"))
    );
    inputs(&args.input, DataKind::Records)
}

fn load(args: &InspectArgs, location: &Location) -> Result<(Tokenizer, Tokens)> {
    let mut tokenizer = Tokenizer::load(location, false)?;
    let specials = SpecialTokens::settle(&mut tokenizer, location, &args.special_tokens.overrides())
        .with_context(|| location.file.display().to_string())?;
    let tokens = Tokens::new(tokenizer.vocabulary(), tokenizer.template(), &specials, args.label_pad);
    Ok((tokenizer, tokens))
}

impl Inspected<'_> {
    /// Inputs that say they were made with another tokenizer, and its hash.
    fn of_other_tokenizers(&self) -> impl Iterator<Item = (&str, &str)> {
        let ours = self.tokenizer_hash();
        let hashes = self.outcome.tokenizer_hashes.iter().map(|(source, hash)| (&**source, hash.as_str()));
        hashes.filter(move |(_, hash)| *hash != ours)
    }

    fn tokenizer_hash(&self) -> String {
        format!("{:016x}", self.viewer.tokenizer.hash())
    }

    fn check_tokenizer(&self) -> Result<()> {
        match self.of_other_tokenizers().next() {
            None => Ok(()),
            Some((source, hash)) => bail!(
                "{source}: made with another tokenizer, whose hash is {hash}; that of -t is {} (check -t)",
                self.tokenizer_hash()
            ),
        }
    }

    /// Broken records first, then valid ones from all over.
    fn examples(&self, valid: usize, broken: usize, limit: usize) -> Result<Vec<ExampleView>> {
        let broken = self.outcome.broken.iter().take(broken);
        let kept = broken.chain(spread(&self.outcome.examples, valid));
        kept.map(|kept| self.viewer.example(kept, limit)).collect()
    }

    fn printed(&self, examples: Vec<ExampleView>, as_json: bool) -> String {
        if as_json {
            return json::render(self, &examples);
        }
        let (vocabulary, mask) = (self.viewer.tokenizer.vocabulary(), self.viewer.tokens.mask);
        let mask = mask.and_then(|mask| vocabulary.surface(mask as u32)).unwrap_or("mask");
        screen::terminal().view(&self.view(examples), mask)
    }

    fn view(&self, examples: Vec<ExampleView>) -> View {
        View {
            title: format!("Records of {}", names_of(self.inputs)),
            lead: self.lead(),
            notices: self.notices(),
            groups: self.groups(),
            distributions: self.distributions(),
            examples,
            foot: format!(
                "muddle {} inspect. Noise is counted and marked only where ids leave no doubt about it.",
                env!("CARGO_PKG_VERSION"),
            ),
            ..View::default()
        }
    }
}
