//! The laws of randomness, each held against many examples: a table of what is claimed, what is found and how likely that is.
//!
//! Hypothesis of every row: examples are distributed as the row says. Two-sided, alpha 1e-6, fixed seeds; 10^5 examples a row
//! unless an argument asks for another number. Under most rows stands a wrong variant (indented), usually one that another
//! program has, which the same test must reject. Ends with an error if a law is rejected or a wrong variant passes.
//!
//!     cargo run --release --example distribution [examples]
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

mod fim;
mod infill;
mod mask;
mod mask_variants;
mod order;
mod span;
mod statistics;
mod subject;
mod together;

use std::process::ExitCode;

use statistics::ALPHA;

fn main() -> ExitCode {
    let examples: u64 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100_000);
    println!("alpha {ALPHA:e}, {examples} examples a row\n");
    println!("{:<62} {:<34} {:>9}  verdict", "hypothesis", "found", "p");
    let (mut least, mut faults) = (1.0f64, 0);
    let kinds = [
        mask::findings,
        mask_variants::findings,
        infill::findings,
        order::findings,
        span::findings,
        together::findings,
        fim::findings,
    ];
    for finding in kinds.iter().flat_map(|findings| findings(examples)) {
        let rejected = finding.verdict.p < ALPHA;
        let verdict = match (rejected, finding.wrong) {
            (false, false) => "stands",
            (true, true) => "rejected, as it must be",
            (true, false) => "REJECTED",
            (false, true) => "NOT REJECTED",
        };
        faults += u32::from(rejected != finding.wrong);
        least = if finding.wrong { least } else { least.min(finding.verdict.p) };
        println!("{:<62} {:<34} {:>9.2e}  {verdict}", finding.law, finding.verdict.found, finding.verdict.p);
    }
    println!("\nleast p of a law: {least:.2e}");
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
