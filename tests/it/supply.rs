//! What the program is built from: nothing that talks to a network, nothing under a licence that binds what is built with it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Crates that open connections, or whose presence means that another one does.
const NETWORK: &[&str] = &[
    "attohttpc",
    "curl",
    "curl-sys",
    "h2",
    "hf-hub",
    "http",
    "hyper",
    "isahc",
    "mio",
    "native-tls",
    "openssl",
    "openssl-sys",
    "quinn",
    "reqwest",
    "rustls",
    "socket2",
    "surf",
    "tokio",
    "tungstenite",
    "ureq",
    "webpki",
];

/// Licences that ask for no more than their text, or, the one of Mozilla's, for the source of their own files.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
];

#[test]
fn no_dependency_talks_to_a_network() {
    let lock = include_str!("../../Cargo.lock");
    let names: BTreeSet<&str> =
        lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).collect();
    assert!(names.len() > 50, "the lock file lists packages");
    let found: Vec<_> = NETWORK.iter().filter(|name| names.contains(*name)).collect();
    assert!(found.is_empty(), "{found:?} in Cargo.lock: muddle never touches the network");
}

#[test]
#[ignore = "cargo lists the packages of all platforms only with a network"]
fn every_dependency_comes_from_the_registry_under_an_allowed_licence() {
    let packages = packages().expect("cargo lists the packages");
    assert!(packages.len() > 50, "cargo lists packages");
    let refused: Vec<String> = packages
        .iter()
        .filter(|package| package["name"] != "muddle")
        .filter_map(|package| {
            let licence = package["license"].as_str().unwrap_or("none named");
            let source = package["source"].as_str().unwrap_or("a path");
            let fine = is_allowed(licence) && source == "registry+https://github.com/rust-lang/crates.io-index";
            (!fine).then(|| format!("{} {}: {licence}, from {source}", package["name"], package["version"]))
        })
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

/// Every package that is built on this machine.
fn packages() -> Option<Vec<serde_json::Value>> {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let host = Command::new("rustc").arg("-vV").output().ok()?;
    let host = String::from_utf8(host.stdout).ok()?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: "))?.to_string();
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let listed = Command::new(cargo)
        .args(["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", &host])
        .arg("--manifest-path")
        .arg(manifest)
        .output()
        .ok()?;
    let metadata: serde_json::Value = serde_json::from_slice(&listed.stdout).ok()?;
    metadata["packages"].as_array().cloned()
}

/// Whether a licence expression can be met with allowed licences alone. `OR` binds less than `AND`; an old `/` is `OR`.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = &words[..];
    any(&mut rest) && rest.is_empty()
}

fn any(words: &mut &[&str]) -> bool {
    let mut met = all(words);
    while let Some((&"OR", after)) = words.split_first() {
        *words = after;
        met |= all(words);
    }
    met
}

fn all(words: &mut &[&str]) -> bool {
    let mut met = one(words);
    while let Some((&"AND", after)) = words.split_first() {
        *words = after;
        met &= one(words);
    }
    met
}

fn one(words: &mut &[&str]) -> bool {
    match **words {
        ["(", ..] => {
            *words = &words[1..];
            let met = any(words);
            let closed = words.first() == Some(&")");
            *words = words.get(1..).unwrap_or(&[]);
            met && closed
        }
        [name, "WITH", exception, ..] => {
            *words = &words[3..];
            ALLOWED.contains(&format!("{name} WITH {exception}").as_str())
        }
        [name, ..] => {
            *words = &words[1..];
            ALLOWED.contains(&name)
        }
        [] => false,
    }
}

#[test]
fn a_licence_expression_is_read_as_it_binds() {
    for allowed in
        ["MIT", "MIT/Apache-2.0", "GPL-3.0 OR MIT", "(MIT OR GPL-3.0) AND Unicode-3.0", "Zlib OR Apache-2.0 OR MIT"]
    {
        assert!(is_allowed(allowed), "{allowed}");
    }
    for refused in ["", "none named", "GPL-3.0", "MIT AND GPL-3.0", "(MIT", "MIT MIT", "GPL-3.0 WITH LLVM-exception"] {
        assert!(!is_allowed(refused), "{refused}");
    }
}
