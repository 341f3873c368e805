//! The words that options take.

use clap::ValueEnum;

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
        pub enum $name { $($(#[$value_doc])* $value),+ }
    };
}

names! {
    /// `--preset`.
    PresetName {
        /// mask 0.15
        Bert,
        /// mask 0.15 of whole words
        BertWwm,
        /// mask 0.3
        Modernbert,
        /// permute, infill 0.3 lambda 3.5 random 0.1: the settings the released model was trained with
        Bart,
        /// permute, infill 0.3 lambda 3
        BartPaper,
        /// permute, infill 0.35 lambda 3.5
        Mbart,
    }
}
names! {
    /// `--labels`.
    LabelsName {
        /// masked where mask is the only noise, else full
        Auto,
        /// the whole clean text
        Full,
        /// chosen tokens alone
        Masked,
    }
}
names! {
    /// `--pack`.
    PackName {
        /// as many whole sentences of one document as fit
        Fit,
        /// one sentence each
        Sentence,
        /// one window a document, cut into as few as fit
        Document,
        /// across the documents of one input, eos between them
        Stream,
    }
}
names! {
    /// `--pad`.
    PadName {
        /// every record has its own length
        None,
        /// the longest of --batch-size consecutive examples
        Longest,
        /// --max-length
        Max,
    }
}
names! {
    /// `--input-format`.
    InputFormatName {
        /// by extension
        Auto,
        /// plain text
        Text,
        /// one JSON object a line
        Jsonl,
    }
}
names! {
    /// `--documents`.
    DocumentsName {
        /// blank lines stand between documents
        BlankLine,
        /// each line
        Line,
        /// each file
        File,
    }
}
names! {
    /// `--sentences`.
    SentencesName {
        /// rules and abbreviations
        Auto,
        /// Unicode's standard, exactly
        Uax29,
        /// each line
        Line,
        /// the whole document
        None,
    }
}
names! {
    /// `--on-error`.
    OnErrorName {
        /// end with the error
        Fail,
        /// report it and go on
        Skip,
    }
}
names! {
    /// `--output-format`.
    OutputFormatName {
        /// one JSON object a line
        Jsonl,
    }
}

names! {
    /// `--color`.
    ColorName {
        /// on a terminal, but for NO_COLOR and CLICOLOR_FORCE
        Auto,
        /// everywhere
        Always,
        /// nowhere
        Never,
    }
}
names! {
    /// `--progress`.
    ProgressName {
        /// on a terminal
        Auto,
        /// everywhere
        Always,
        /// nowhere
        Never,
    }
}
