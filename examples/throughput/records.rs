//! Text to records, beside the bare rate of the tokenizers library.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use muddle::noise::{Body, Origin, Step};
use muddle::objective::{Labels, Mix, Objective};
use muddle::padding::{Pad, Padding};
use muddle::pipeline::{Corrupter, OnError, Pipeline, Scratches, Splitting};
use muddle::reader::{DocumentUnit, Input, ReadOptions, Reader};
use muddle::records::Records;
use muddle::sentence::Method;
use muddle::special_tokens::{Overrides, Role, SpecialTokens};
use muddle::tokenizer::{Location, Template, Tokenizer};
use muddle::window::Packing;
use muddle::writer::jsonl::Jsonl;
use muddle::writer::sink::Sink;
use muddle::writer::{Chunk, Format};
use tokenizers::pipeline::{EncodeOptions, Override, PipelineTokenizer};

use crate::clock::{median, time, time_child};
use crate::text::Text;

/// Runs of each figure.
pub const RUNS: usize = 5;
const RECIPES: [&[&str]; 7] = [
    &["mask"],
    &["delete"],
    &["infill"],
    &["rotate"],
    &["permute"],
    &["permute", "infill:ratio=0.3,lambda=3.5,random=0.1"],
    &["fim:rate=1"],
];
const HIDING: [&[&str]; 2] = [&["span"], &["prefix"]];

const PADDING: Padding =
    Padding { to: Pad::None, max_length: 512, batch_size: 1, multiple: 1, pad: 0, label_pad: -100 };

/// Prints the rows of every tokenizer.
pub fn run(tokenizers: &[PathBuf], text: &Text) {
    println!("processor time, one thread; median (least to most) of {RUNS} runs");
    for path in tokenizers {
        println!("\n{}", path.file_name().unwrap().to_string_lossy());
        let bare = load_bare(path);
        for recipe in RECIPES {
            strategy_row(recipe, &corrupter(path, recipe), &bare, text);
        }
        for recipe in HIDING {
            let mut corrupter = corrupter(path, recipe);
            // A tokenizer without sentinels is as fast with any other tokens.
            if corrupter.sentinels.is_empty() {
                corrupter.sentinels = vec![corrupter.mask; 100];
            }
            strategy_row(recipe, &corrupter, &bare, text);
        }
        program_row(path, &bare, text);
        threads_row(&corrupter(path, RECIPES[2]), &text.file());
        loading_row(path);
    }
    writing_row();
}

/// One thread of records against one thread of bare encoding, in turn.
fn strategy_row(recipe: &[&str], corrupter: &Corrupter, bare: &PipelineTokenizer, text: &Text) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let (mut rates, mut ratios, mut tokens) = (Vec::new(), Vec::new(), 0);
    for _ in 0..RUNS {
        let alone = time(|| _ = encode_bare(bare, &text.documents)).cpu;
        let records = time(|| tokens = write_records(corrupter, &pool, &text.file())).cpu;
        rates.push(text.megabytes() / records);
        ratios.push(alone / records);
    }
    let tokens = tokens as f64 / 1e6 / text.megabytes();
    print_row(&names(recipe), rates, ratios, tokens);
}

fn print_row(name: &str, rates: Vec<f64>, ratios: Vec<f64>, million_tokens_per_mb: f64) {
    let (rate, ..) = median(rates);
    let (ratio, least, most) = median(ratios);
    let tokens = million_tokens_per_mb * rate;
    println!(
        "  {name:<18} {rate:>6.1} MB/s {tokens:>5.1} M tokens/s   {ratio:.2} ({least:.2}–{most:.2}) of bare encode_into"
    );
}

/// The program as a process of its own, whose memos are cold, less what it takes to load.
fn program_row(path: &Path, bare: &PipelineTokenizer, text: &Text) {
    let Some(program) = program() else {
        return println!("  program: not built (cargo build --release)");
    };
    let run = |more: &[&str]| {
        let mut command = Command::new(&program);
        command.args(["corrupt", "-q", "-j1", "--documents", "line", "--mask-token"]);
        // Without a mask token, any token will do.
        let tokenizer = Tokenizer::load(&Location { file: path.to_path_buf(), folder: None }, false).unwrap();
        let vocabulary = tokenizer.vocabulary();
        let mask = ["<mask>", "[MASK]", "<extra_id_0>", "<unk>"].iter().find(|name| vocabulary.id(name).is_some());
        command.arg(mask.unwrap()).arg("-t").arg(path).args(more);
        time_child(command.arg(text.file()).stderr(Stdio::null()).stdout(Stdio::null()))
    };
    for recipe in [RECIPES[0], RECIPES[1], RECIPES[5]] {
        let noises: Vec<&str> = recipe.iter().flat_map(|noise| ["-n", noise]).collect();
        let (mut rates, mut ratios) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            let alone = time(|| _ = encode_bare(bare, &text.documents)).cpu;
            let whole = run(&noises) - run(&[&noises[..], &["--dry-run"]].concat());
            rates.push(text.megabytes() / whole);
            ratios.push(alone / whole);
        }
        let (rate, ..) = median(rates);
        let (ratio, least, most) = median(ratios);
        println!(
            "  program: {:<18} {rate:>6.1} MB/s, loading apart   {ratio:.2} ({least:.2}–{most:.2}) of bare",
            names(recipe)
        );
    }
}

/// The program, where it is built.
pub fn program() -> Option<PathBuf> {
    let built = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("muddle");
    built.exists().then_some(built)
}

/// Two threads on the wall against the processor's seconds of one: in a run with one thread, reading and writing go on
/// beside it and would hide on another core.
fn threads_row(corrupter: &Corrupter, input: &Path) {
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let (one, two) = (pool(1), pool(2));
    let ratios = (0..RUNS).map(|_| {
        let alone = time(|| _ = write_records(corrupter, &one, input)).cpu;
        alone / time(|| _ = write_records(corrupter, &two, input)).wall
    });
    let (ratio, least, most) = median(ratios.collect());
    println!("  two threads        {ratio:.2} ({least:.2}–{most:.2}) of one");
}

/// Loading as the program does it against the library's own.
fn loading_row(path: &Path) {
    let location = Location { file: path.to_path_buf(), folder: None };
    let ours = (0..RUNS).map(|_| 1e3 * time(|| drop(Tokenizer::load(&location, false).unwrap())).wall);
    let (ours, ..) = median(ours.collect());
    let (bare, ..) = median((0..RUNS).map(|_| 1e3 * time(|| drop(load_bare(path))).wall).collect());
    println!("  loading            {ours:.0} ms, of which the library {bare:.0} ms");
}

/// Records that are ready, to bytes.
fn writing_row() {
    let (mut records, mut body) = (Records::default(), Body::default());
    body.ids = (0..510).map(|at| at * 7919 % 50_265).collect();
    body.origins = (0..510).map(Origin::clean).collect();
    let (clean, template) = (body.ids.clone(), Template { prefix: vec![0], suffix: vec![2] });
    let objective = Objective::new(Vec::new(), Labels::Full).unwrap();
    (0..2000).for_each(|_| records.push(&clean, &body, &template, &objective));
    let (format, mut chunk) = (Format::Jsonl(Jsonl::new(PADDING, 50_265)), Chunk::default());
    let rates = (0..RUNS).map(|_| {
        let took = time(|| {
            for _ in 0..40 {
                chunk.bytes.clear();
                format.chunk(&records, &mut chunk);
            }
        });
        40.0 * chunk.bytes.len() as f64 / 1e6 / took.cpu
    });
    let (rate, least, most) = median(rates.collect());
    println!("\nwriting JSONL alone  {rate:.0} ({least:.0}–{most:.0}) MB/s of output on one thread\n");
}

fn names(recipe: &[&str]) -> String {
    recipe.iter().map(|noise| noise.split(':').next().unwrap()).collect::<Vec<_>>().join(" + ")
}

/// Everything as `muddle corrupt --sentences auto --pack fit --max-length 512` has it.
fn corrupter(path: &Path, noises: &[&str]) -> Corrupter {
    let location = Location { file: path.to_path_buf(), folder: None };
    let mut tokenizer = Tokenizer::load(&location, false).unwrap();
    let specials = SpecialTokens::settle(&mut tokenizer, &location, &Overrides::default()).unwrap();
    let steps: Vec<Step> = noises.iter().map(|noise| noise.parse().unwrap()).collect();
    let mut mix = Mix::single(Objective::new(steps, Labels::Auto).unwrap());
    mix.settle(tokenizer.template(), 512, specials.sentinels().len()).unwrap();
    Corrupter {
        splitting: Splitting::new(Method::Auto, None),
        packing: Packing::Fit,
        mix,
        sentinels: specials.sentinels().to_vec(),
        // A tokenizer without a mask token is as fast with any other.
        mask: specials.get(Role::Mask).unwrap_or(0),
        languages: None,
        joint: None,
        specials_inside: false,
        seed: 0,
        copies: 0..1,
        meta: false,
        positions: false,
        detailed: false,
        tokenizer,
    }
}

fn write_records(corrupter: &Corrupter, pool: &rayon::ThreadPool, input: &Path) -> u64 {
    let format = Format::Jsonl(Jsonl::new(PADDING, corrupter.tokenizer.vocabulary().size()));
    let pipeline = Pipeline {
        corrupter,
        pool,
        scratches: Scratches::new(&corrupter.tokenizer),
        padding: PADDING,
        best_fit: None,
        skip: 0,
        format: &format,
        on_error: OnError::Fail,
        report: &|_| (),
        sample: None,
    };
    let options = ReadOptions { documents: DocumentUnit::Line, ..ReadOptions::default() };
    let reader = Reader::new(vec![Input::File(input.to_path_buf())], options);
    let sink = Sink::file(Path::new("/dev/null")).unwrap();
    pipeline.run(reader, sink).unwrap().0.input_ids
}

pub fn load_bare(path: &Path) -> PipelineTokenizer {
    tokenizers::from_json(&tokenizers::canonicalize_file(path).unwrap()).unwrap()
}

/// How many ids the documents have.
pub fn encode_bare(tokenizer: &PipelineTokenizer, documents: &[String]) -> usize {
    let options = EncodeOptions {
        add_special_tokens: false,
        encode_special_tokens: true,
        padding: Override::Off,
        truncation: Override::Off,
    };
    let (mut ids, mut count) = (Vec::new(), 0);
    for document in documents {
        ids.clear();
        tokenizer.encode_into(document, &options, &mut ids).unwrap();
        count += ids.len();
    }
    count
}
