//! What the tests share: fixtures, the material beside the project where it is there, running the binary.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use muddle::tokenizer::{Location, Tokenizer};

pub use crate::laws::subject::corrupter;

/// A file under `fixtures/`.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// The path of a fixture as an argument.
pub fn fixture_arg(name: &str) -> String {
    fixture(name).to_string_lossy().into_owned()
}

/// Why a test that needs real tokenizers and corpora is ignored.
pub const NEEDS_DATA: &str = "MUDDLE_DATA names a folder of real tokenizers and corpora";

/// A file of the folder that `MUDDLE_DATA` names, where it does. Tests that cannot do without are `#[ignore]`d and call
/// [`needed`].
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(&std::env::var_os("MUDDLE_DATA")?).join(name);
    path.exists().then_some(path)
}

/// The same for a test that is asked for by name.
pub fn needed(name: &str) -> PathBuf {
    shared(name).unwrap_or_else(|| panic!("no {name}: this test runs where {NEEDS_DATA}"))
}

pub fn load(path: &Path) -> Tokenizer {
    Tokenizer::load(&Location { file: path.to_path_buf(), folder: None }, false).unwrap()
}

/// The released engine on the same file, without truncation and padding.
pub fn classic(path: &Path) -> tokenizers_classic::Tokenizer {
    let mut file: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    file["truncation"] = serde_json::Value::Null;
    file["padding"] = serde_json::Value::Null;
    let mut tokenizer: tokenizers_classic::Tokenizer = file.to_string().parse().unwrap();
    tokenizer.set_encode_special_tokens(true);
    tokenizer
}

pub fn encode(classic: &tokenizers_classic::Tokenizer, text: &str) -> Vec<u32> {
    classic.encode_fast(text, false).unwrap().get_ids().to_vec()
}

/// What a run of the binary gave.
pub struct Run {
    pub code: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Run {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    pub fn records(&self) -> Vec<Record> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// One record as it is read back.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub struct Record {
    pub input_ids: Vec<u32>,
    pub attention_mask: Vec<u8>,
    pub labels: Vec<i64>,
    #[serde(default)]
    pub meta: serde_json::Value,
}

/// Runs `muddle` with stdin closed.
pub fn muddle<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Run {
    muddle_with(arguments, b"")
}

/// Runs `muddle` on some input.
pub fn muddle_with<S: AsRef<std::ffi::OsStr>>(arguments: &[S], stdin: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_muddle"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let stdin = stdin.to_vec();
    let feeder = std::thread::spawn(move || drop(pipe.write_all(&stdin)));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
