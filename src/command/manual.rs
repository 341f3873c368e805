//! `muddle completions` and `muddle man`: what shells and `man` are to know, from the same definition as `--help`.

use anyhow::Result;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli::Cli;
use crate::writer::sink::Sink;

/// Prints the script that completes commands, options and values in a shell.
pub fn completions(shell: Shell) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "muddle", &mut script);
    print(&script)
}

/// Prints the manual, one page with a section for each command.
pub fn page() -> Result<()> {
    let mut cli = Cli::command();
    cli.build();
    let man = Man::new(cli.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
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
no colours, or colours everywhere; \\-\\-color goes before them
";

/// A command's part: its own sections become subsections.
fn section(command: &Command, page: &mut Vec<u8>) -> Result<()> {
    let man = Man::new(command.clone());
    let mut parts = Vec::new();
    man.render_description_section(&mut parts)?;
    man.render_synopsis_section(&mut parts)?;
    man.render_options_section(&mut parts)?;
    man.render_extra_section(&mut parts)?;
    let parts = String::from_utf8_lossy(&parts).replace(".SH ", ".SS ").replace(".SS DESCRIPTION\n", "");
    page.extend_from_slice(format!(".SH \"MUDDLE {}\"\n{parts}", command.get_name().to_uppercase()).as_bytes());
    Ok(())
}

fn print(bytes: &[u8]) -> Result<()> {
    let mut sink = Sink::stdout()?;
    sink.write(bytes)?;
    sink.finish()
}
