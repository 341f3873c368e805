//! The same laws over whole corpora, where they lie beside the project, and encodings written down by the Python library.

use std::io::Read;
use std::path::Path;

use muddle::tokenizer::{Edge, Location, Tokenizer};
use muddle::window::Packing;

use super::{check_bodies, check_permuted, own_tokenizers, real_tokenizers};
use crate::support::needed;

/// Of a compressed file no more is read.
const MAX_UNPACKED: u64 = 5 << 20;

/// The documents of a file: a record's text, or a run of lines between blank ones.
fn documents_of(path: &Path) -> Vec<String> {
    let bytes = bytes_of(path);
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
    if path.to_string_lossy().contains(".jsonl") {
        let record = |line: &str| serde_json::from_str::<serde_json::Value>(line).ok();
        let text = |line| Some(record(line)?["text"].as_str()?.to_string());
        return text_lines(&bytes).iter().filter_map(|line| text(line.as_str())).collect();
    }
    text.split("\n\n").map(str::to_string).collect()
}

/// What a file holds; of a compressed one the beginning.
fn bytes_of(path: &Path) -> Vec<u8> {
    let file = std::fs::File::open(path).unwrap();
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|e| e == "zst") {
        zstd::Decoder::new(file).unwrap().take(MAX_UNPACKED).read_to_end(&mut bytes).unwrap();
    } else {
        { file }.read_to_end(&mut bytes).unwrap();
    }
    bytes
}

fn text_lines(bytes: &[u8]) -> Vec<String> {
    bytes.split(|&b| b == b'\n').map(|line| String::from_utf8_lossy(line).into_owned()).collect()
}

#[test]
#[ignore = "minutes long, and needs MUDDLE_DATA: run with --ignored --nocapture"]
fn corpora_encode_as_the_released_line_does() {
    let folder = needed("corpora");
    let mut files: Vec<_> = [folder.clone(), folder.join("lang"), folder.join("messy")]
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let texts: Vec<String> = files.iter().flat_map(|path| documents_of(path)).collect();
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("{} files, {} documents, {bytes} bytes", files.len(), texts.len());
    for path in own_tokenizers().into_iter().chain(real_tokenizers()) {
        let (whole, all) = check_bodies(&path, &texts, Packing::Fit, 512);
        let permuted = check_permuted(&path, &texts, Packing::Fit, 128);
        println!(
            "{}: {whole} of {all} windows whole and equal; {} windows permuted, {} moved",
            path.file_name().unwrap().display(),
            permuted.windows,
            permuted.moved
        );
    }
}

#[test]
#[ignore = "needs MUDDLE_DATA, a folder of real tokenizers and texts"]
fn encodings_written_down_by_the_python_library_come_out_again() {
    let golden = needed("tokenizers/golden_encodings.json");
    let golden: serde_json::Value = serde_json::from_slice(&std::fs::read(golden).unwrap()).unwrap();
    for (name, encodings) in golden["encodings"].as_object().unwrap() {
        let path = needed(&format!("tokenizers/{name}.tokenizer.json"));
        // They were made with special tokens looked for in the text.
        let tokenizer = Tokenizer::load(&Location { file: path, folder: None }, true).unwrap();
        let encodings = encodings.as_array().unwrap();
        for encoding in encodings {
            let text = encoding["text"].as_str().unwrap();
            let ids = |key: &str| -> Vec<u32> {
                encoding[key].as_array().unwrap().iter().map(|id| id.as_u64().unwrap() as u32).collect()
            };
            let mut body = Vec::new();
            tokenizer.encoder().encode(text, Edge::Opens, &mut body).unwrap();
            let template = tokenizer.template();
            assert_eq!([&template.prefix[..], &body, &template.suffix].concat(), ids("ids"), "{name} {text:?}");
            assert_eq!(body, ids("ids_no_special"), "{name} {text:?}");
        }
        println!("{name}: {} texts", encodings.len());
    }
}
