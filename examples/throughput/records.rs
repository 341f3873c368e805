//! Text to records, beside the bare rate of the tokenizers library.

use std::path::{Path, PathBuf};

use muddle::noise::{Body, Origin, Step};
use muddle::objective::{Labels, Mix, Objective};
use muddle::padding::{Pad, Padding};
use muddle::pipeline::{Corrupter, OnError, Pipeline, Splitting};
use muddle::reader::{Input, ReadOptions, Reader};
use muddle::records::Records;
use muddle::sentence::Method;
use muddle::special_tokens::{Overrides, Role, SpecialTokens};
use muddle::tokenizer::{Location, Template, Tokenizer};
use muddle::window::Packing;
use muddle::writer::Format;
use muddle::writer::jsonl::Jsonl;
use muddle::writer::sink::Sink;
use tokenizers::pipeline::{EncodeOptions, Override, PipelineTokenizer};

use crate::clock::{median, time};

/// Runs of each figure.
const RUNS: usize = 5;
/// Bytes of text in a run: repeated up to this, so that a run is long against the clock's ticks.
const BYTES: usize = 40 << 20;

const RECIPES: [&[&str]; 6] = [
    &["mask"],
    &["delete"],
    &["infill"],
    &["rotate"],
    &["permute"],
    &["permute", "infill:ratio=0.3,lambda=3.5,random=0.1"],
];

const PADDING: Padding =
    Padding { to: Pad::None, max_length: 512, batch_size: 1, multiple: 1, pad: 0, label_pad: -100 };

/// Prints the rows of every tokenizer.
pub fn run(tokenizers: &[PathBuf], text: &str) {
    let folder = std::env::temp_dir().join(format!("muddle-throughput-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let input = folder.join("text.txt");
    let times = BYTES.div_ceil(text.len() + 2);
    std::fs::write(&input, format!("{}\n\n", text.trim_end()).repeat(times)).unwrap();
    println!(
        "text: {:.1} MB, the same {:.1} MB {times} times; median (least to most) of {RUNS} runs",
        mb(&input),
        text.len() as f64 / 1e6
    );
    for path in tokenizers {
        println!("\n{}", path.file_name().unwrap().to_string_lossy());
        let bare = load_bare(path);
        let documents: Vec<String> = text.split("\n\n").map(|d| d.trim().replace('\n', " ")).collect();
        for recipe in RECIPES {
            let corrupter = corrupter(path, recipe);
            strategy_row(recipe, &corrupter, &bare, &documents, times, &input);
        }
        threads_row(&corrupter(path, RECIPES[2]), &input);
        loading_row(path);
    }
    writing_row();
    std::fs::remove_dir_all(&folder).unwrap();
}

/// One thread of records against one thread of bare encoding, in turn.
fn strategy_row(
    recipe: &[&str],
    corrupter: &Corrupter,
    bare: &PipelineTokenizer,
    documents: &[String],
    times: usize,
    input: &Path,
) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let (mut rates, mut ratios, mut tokens) = (Vec::new(), Vec::new(), 0);
    for _ in 0..RUNS {
        let alone = time(|| encode_bare(bare, documents, times)).cpu;
        let records = time(|| tokens = write_records(corrupter, &pool, input)).cpu;
        rates.push(mb(input) / records);
        ratios.push(alone / records);
    }
    let (rate, ..) = median(rates);
    let (ratio, least, most) = median(ratios);
    let tokens = tokens as f64 / 1e6 * rate / mb(input);
    println!(
        "  {:<18} {rate:>6.1} MB/s {tokens:>5.1} M tokens/s   {ratio:.2} ({least:.2}–{most:.2}) of bare encode_into",
        names(recipe)
    );
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
    let (format, mut text) = (Format::Jsonl(Jsonl::new(PADDING, 50_265)), Vec::new());
    let rates = (0..RUNS).map(|_| {
        let took = time(|| {
            for _ in 0..40 {
                text.clear();
                format.chunk(&records, &mut text);
            }
        });
        40.0 * text.len() as f64 / 1e6 / took.cpu
    });
    let (rate, least, most) = median(rates.collect());
    println!("\nwriting JSONL alone  {rate:.0} ({least:.0}–{most:.0}) MB/s of output on one thread\n");
}

fn names(recipe: &[&str]) -> String {
    recipe.iter().map(|noise| noise.split(':').next().unwrap()).collect::<Vec<_>>().join(" + ")
}

fn mb(path: &Path) -> f64 {
    std::fs::metadata(path).unwrap().len() as f64 / 1e6
}

/// Everything as `muddle corrupt --sentences auto --pack fit --max-length 512` has it.
fn corrupter(path: &Path, noises: &[&str]) -> Corrupter {
    let location = Location { file: path.to_path_buf(), folder: None };
    let tokenizer = Tokenizer::load(&location, false).unwrap();
    let specials = SpecialTokens::find(tokenizer.vocabulary(), &location, &Overrides::default()).unwrap();
    let steps: Vec<Step> = noises.iter().map(|noise| noise.parse().unwrap()).collect();
    Corrupter {
        splitting: Splitting { method: Method::Auto, language: None },
        packing: Packing::Fit,
        room: 512 - tokenizer.template().len(),
        mix: Mix::single(Objective::new(steps, Labels::Auto).unwrap()),
        // A tokenizer without a mask token is as fast with any other.
        mask: specials.get(Role::Mask).unwrap_or(0),
        specials_inside: false,
        seed: 0,
        copies: 0..1,
        meta: false,
        detailed: false,
        tokenizer,
    }
}

fn write_records(corrupter: &Corrupter, pool: &rayon::ThreadPool, input: &Path) -> u64 {
    let format = Format::Jsonl(Jsonl::new(PADDING, corrupter.tokenizer.vocabulary().size()));
    let pipeline = Pipeline {
        corrupter,
        pool,
        padding: PADDING,
        format: &format,
        on_error: OnError::Fail,
        report: &|_| (),
        sample: None,
    };
    let reader = Reader::new(vec![Input::File(input.to_path_buf())], ReadOptions::default());
    let sink = Sink::file(Path::new("/dev/null")).unwrap();
    pipeline.run(reader, sink).unwrap().0.input_ids
}

fn load_bare(path: &Path) -> PipelineTokenizer {
    tokenizers::from_json(&tokenizers::canonicalize_file(path).unwrap()).unwrap()
}

fn encode_bare(tokenizer: &PipelineTokenizer, documents: &[String], times: usize) {
    let options = EncodeOptions {
        add_special_tokens: false,
        encode_special_tokens: true,
        padding: Override::Off,
        truncation: Override::Off,
    };
    let mut ids = Vec::new();
    for _ in 0..times {
        for document in documents {
            ids.clear();
            tokenizer.encode_into(document, &options, &mut ids).unwrap();
        }
    }
}
