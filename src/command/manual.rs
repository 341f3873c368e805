//! `muddle man`: the manual, from the same definition as `--help`.

use anyhow::Result;
use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::print;
use crate::cli::Cli;

/// Prints the manual, one page with a section for each command.
pub fn page() -> Result<()> {
    let mut cli = Cli::command();
    cli.build();
    let man = Man::new(cli.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    page.extend_from_slice(b".SH SYNOPSIS\n\\fBmuddle\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR] [\\fIINPUT\\fR]...\n");
    man.render_description_section(&mut page)?;
    for command in cli.get_subcommands().filter(|command| command.get_name() != "help") {
        section(command, &mut page)?;
    }
    page.extend_from_slice(OUTCOMES.as_bytes());
    man.render_version_section(&mut page)?;
    print(&page)
}

const OUTCOMES: &str = "\
.SH \"EXIT STATUS\"
.TP
0
done; a closed pipe too
.TP
1
a fault in the data, the tokenizer or a file
.TP
2
a mistake in the arguments
.TP
128 + signal
interrupted (130 for Ctrl-C, 143 for SIGTERM)
.SH ENVIRONMENT
.TP
HF_HUB_CACHE, HF_HOME
where hub ids of tokenizers are looked up
.TP
NO_COLOR, CLICOLOR_FORCE
no colors, or colors everywhere; \\-\\-color goes before them
";

/// A command's part: its own sections become subsections.
fn section(command: &Command, page: &mut Vec<u8>) -> Result<()> {
    let man = Man::new(command.clone());
    let mut parts = Vec::new();
    man.render_description_section(&mut parts)?;
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").replace('-', "\\-");
    parts.extend_from_slice(format!(".SS SYNOPSIS\n{usage}\n").as_bytes());
    man.render_options_section(&mut parts)?;
    let parts = String::from_utf8_lossy(&parts).replace(".SH ", ".SS ").replace(".SS DESCRIPTION\n", "");
    let notes = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let parts = parts + &as_typed(&notes);
    page.extend_from_slice(format!(".SH \"MUDDLE {}\"\n{parts}", command.get_name().to_uppercase()).as_bytes());
    Ok(())
}

/// The end of a command's help. Lines that are indented are to be copied, so `man` may neither fill nor hyphenate them.
fn as_typed(help: &str) -> String {
    let mut page = String::from(".SS \"EXAMPLES AND NOTES\"\n");
    let mut is_open = false;
    for line in help.lines() {
        let is_copied = line.starts_with(' ');
        page.push_str(match (is_open, is_copied) {
            (false, true) => ".RS 2\n.nf\n",
            (true, false) => ".fi\n.RE\n",
            _ => "",
        });
        is_open = is_copied;
        match line {
            "" => page.push_str(".PP\n"),
            // A full stop or a quote at a line's start would be a request.
            line => page.push_str(&format!("\\&{}\n", line.replace('\\', "\\e").replace('-', "\\-"))),
        }
    }
    page.push_str(if is_open { ".fi\n.RE\n" } else { "" });
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_to_copy_are_not_filled() {
        let page = as_typed("Examples:\n  muddle man | man -l -\n  .x\n\nA note.");
        assert_eq!(
            page,
            ".SS \"EXAMPLES AND NOTES\"\n\\&Examples:\n.RS 2\n.nf\n\\&  muddle man | man \\-l \\-\n\\&  .x\n.fi\n.RE\n.PP\n\\&A note.\n"
        );
    }
}
