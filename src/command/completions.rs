//! `muddle completions`: what shells are to complete, from the same definition as `--help`.
//!
//! Options and values are clap's part. Keys of noises (`mask:ratio=0.3,unit=`) are more than one word to shells, so bash and
//! zsh get a function for them.

use anyhow::Result;
use clap::{Arg, Command, CommandFactory};
use clap_complete::Shell;

use super::print;
use crate::cli::Cli;
use crate::noise::{KINDS, Kind};

/// Prints the script that completes commands, options and values in a shell.
pub fn script(shell: Shell) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "muddle", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    print(
        match shell {
            Shell::Bash => script.replace("-F _muddle ", "-F _muddle_typed ") + BASH,
            Shell::Zsh => zsh(&script),
            _ => script,
        }
        .as_bytes(),
    )
}

/// Bash parts words at `:` and `=`. This puts together what was typed, asks the generated function, and leaves out of its
/// answers what bash holds for earlier words. Of a noise, names come first, then one key after the other.
const BASH: &str = include_str!("completions/muddle.bash");

/// The generated script with a function in place of the list of noises. Colons in the names of values are escaped.
fn zsh(script: &str) -> String {
    let mut script = script.to_string();
    for name in Cli::command().get_subcommands().flat_map(Command::get_arguments).flat_map(value_names) {
        script = script.replace(&format!(":{name}:"), &format!(":{}:", name.replace(':', "\\:")));
    }
    script = script.replace("NOISE[+NOISE]…:_default", "NOISE[+NOISE]…:_muddle_noise");
    while let Some((before, values)) = script.split_once(":NOISE:((") {
        let after = values.split_once("))'").map_or("", |(_, after)| after);
        script = format!("{before}:NOISE:_muddle_noise'{after}");
    }
    let keys = |kind: &'static Kind| {
        let keys: Vec<String> = kind.key_names().map(|key| format!("'{}='", key.name)).collect();
        format!("            {}) compadd -S '' -- {} ;;\n", kind.name, keys.join(" "))
    };
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let keys: String = KINDS.iter().filter(|kind| !kind.keys.is_empty()).map(keys).collect();
    let function = ZSH.replace("NAMES", &names.join(" ")).replace("KEYS\n", &keys);
    // Functions stand before the call at the end.
    match script.rfind("\nif [ \"$funcstack[1]\" ") {
        Some(end) => format!("{}\n{function}{}", &script[..end], &script[end..]),
        None => script + &function,
    }
}

fn value_names(arg: &Arg) -> impl Iterator<Item = &str> {
    arg.get_value_names().into_iter().flatten().map(|name| name.as_str()).filter(|name| name.contains(':'))
}

const ZSH: &str = "\
_muddle_noise() {
    compset -P '*+'
    [[ $PREFIX == [0-9.]*:* ]] && compset -P 1 '*:'
    local name=${PREFIX%%:*}
    if compset -P '*,' || compset -P '*:'; then
        case $name in
KEYS
        esac
    else
        compadd -- NAMES
    fi
}
";
