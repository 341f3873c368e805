//! The program as users have it, beside what they would use instead: MB of text a second, and tokens.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use muddle::tokenizer::{Location, Tokenizer};

use crate::clock::{median, time};
use crate::records::{RUNS, encode_bare, load_bare, program};
use crate::text::Text;

/// A kind of model: the recipe, and the special tokens of its collator, where transformers has one.
struct Model {
    recipe: &'static [&'static str],
    special: &'static [&'static str],
}

const BERT: Model = Model { recipe: &["--preset", "bert"], special: &["[MASK]", "[PAD]", "[CLS]", "[SEP]"] };
const T5: Model = Model { recipe: &["--preset", "t5"], special: &[] };
const BART: Model = Model { recipe: &["--preset", "bart"], special: &[] };

/// Prints a table for every tokenizer.
pub fn run(tokenizers: &[PathBuf], text: &Text, python: &OsStr) {
    println!("by the clock, loading apart; median (least to most) of {RUNS} runs in turn");
    for path in tokenizers {
        let Some(program) = program() else { return println!("the program is not built (cargo build --release)") };
        table(&program, path, text, python);
    }
}

fn table(program: &Path, path: &Path, text: &Text, python: &OsStr) {
    let tokenizer = Tokenizer::load(&Location { file: path.to_path_buf(), folder: None }, false).unwrap();
    let has = |name: &str| tokenizer.vocabulary().id(name).is_some();
    let model = match (has("[MASK]"), has("<extra_id_0>")) {
        (true, _) => &BERT,
        (_, true) => &T5,
        _ => &BART,
    };
    let bare = load_bare(path);
    let muddle = |threads: &str, more: &[&str]| {
        let mut command = Command::new(program);
        command.args(["corrupt", "-q", threads, "--documents", "line", "-t"]).arg(path).args(model.recipe).args(more);
        command.arg(text.file()).stdout(Stdio::null()).stderr(Stdio::null());
        time(|| assert!(command.status().unwrap().success())).wall
    };
    let end = if model.special.is_empty() { "ids in windows" } else { "the collator's masks" };
    let pipeline = format!("transformers to {end}, 1 thread");
    let names = ["muddle, 1 thread", "muddle, 2 threads", "the tokenizer alone, 1 thread", &pipeline];
    let mut rows = names.map(|name| (name, Vec::new()));
    for _ in 0..RUNS {
        let loading = muddle("-j1", &["--dry-run"]);
        rows[0].1.push(muddle("-j1", &[]) - loading);
        rows[1].1.push(muddle("-j2", &[]) - loading);
        rows[2].1.push(time(|| _ = encode_bare(&bare, &text.documents)).wall);
        rows[3].1.push(transformers(python, path, &text.file(), model));
    }
    let tokens = encode_bare(&bare, &text.documents) as f64 / 1e6 / text.megabytes();
    println!("\n{} {}", path.file_name().unwrap().to_string_lossy(), model.recipe.join(" "));
    for (name, seconds) in rows {
        let (rate, least, most) = median(seconds.iter().map(|seconds| text.megabytes() / seconds).collect());
        println!("  {name:<46} {rate:>6.1} ({least:.1}–{most:.1}) MB/s {:>5.1} M tokens/s", tokens * rate);
    }
}

/// Seconds of the work alone, as the script tells them.
fn transformers(python: &OsStr, tokenizer: &Path, text: &Path, model: &Model) -> f64 {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/throughput/hugging_face.py");
    let mut command = Command::new(python);
    command.arg(script).arg(tokenizer).arg(text).args(model.special);
    command.env("TOKENIZERS_PARALLELISM", "false").env("RAYON_NUM_THREADS", "1").stderr(Stdio::null());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}
