//! The text that is measured on.

use std::collections::HashSet;
use std::path::PathBuf;

use muddle::reader::{DocumentUnit, Input, ReadOptions, Reader};

/// Documents at hand, and the same as a file with a document on each line.
pub struct Text {
    pub documents: Vec<String>,
    folder: PathBuf,
}

impl Text {
    /// The documents of some files.
    pub fn read(files: &[PathBuf], lines: bool) -> Text {
        let documents = if lines { DocumentUnit::Line } else { DocumentUnit::BlankLine };
        let inputs = files.iter().map(|path| Input::File(path.clone())).collect();
        let reader = Reader::new(inputs, ReadOptions { documents, ..ReadOptions::default() });
        let documents: Vec<String> = reader
            .flat_map(|batch| {
                let batch = batch.unwrap_or_else(|error| panic!("{}", error.message));
                batch.iter().map(|document| document.text.replace('\n', " ")).collect::<Vec<_>>()
            })
            .filter(|text| !text.trim().is_empty())
            .collect();
        let folder = std::env::temp_dir().join(format!("muddle-throughput-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let text = Text { documents, folder };
        std::fs::write(text.file(), text.documents.join("\n") + "\n").unwrap();
        text
    }

    /// A document on each line.
    pub fn file(&self) -> PathBuf {
        self.folder.join("text.txt")
    }

    /// Megabytes of text.
    pub fn megabytes(&self) -> f64 {
        self.documents.iter().map(|text| text.len() + 1).sum::<usize>() as f64 / 1e6
    }

    /// How much text it is, and how much of it is new.
    pub fn about(&self) -> String {
        let words = || self.documents.iter().flat_map(|text| text.split_whitespace());
        let distinct: HashSet<&str> = words().collect();
        let documents: HashSet<&str> = self.documents.iter().map(String::as_str).collect();
        format!(
            "text: {:.1} MB, {} documents ({} distinct), {} words ({} distinct)",
            self.megabytes(),
            self.documents.len(),
            documents.len(),
            words().count(),
            distinct.len()
        )
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
