//! Examples of a run as people see them: a window's text before and after, and what was drawn.

use anyhow::Result;

use crate::noise::{Drawn, Step, TokenState};
use crate::pipeline::{Corrupter, Example};
use crate::target::Target;
use crate::view::{Corruption, ExampleView, Mark, MarkedText, Strip, counted, marks_of};
use crate::window::Window;

/// Names of the sides.
pub const SIDES: [&str; 2] = ["before", "after"];

/// An example of a run, as far as `limit` ids of each side.
pub fn example(corrupter: &Corrupter, example: &Example, limit: usize) -> Result<ExampleView> {
    let Example { window, key, made, .. } = example;
    let corruption = Corruption {
        clean: window.body,
        body: &made.body,
        sentences: sentences(window),
        is_permuted: made.drawn.iter().any(|drawn| drawn.moves.iter().any(|moved| moved.places > 0)),
        is_rotated: made.drawn.iter().any(|drawn| drawn.start.is_some_and(|start| start.token > 0)),
    };
    let mut heading = vec![format!("window {}", window.ordinal), format!("copy {}", key.copy)];
    if corrupter.mix.is_several() {
        let steps: Vec<String> = example.objective.steps.iter().map(Step::to_string).collect();
        heading.push(steps.join(" + "));
    }
    let mut remarks = remarks(example);
    if !example.objective.prefix.is_empty() {
        let prefix = &example.objective.prefix;
        remarks.push(format!(
            "before it: {} ({})",
            corrupter.tokenizer.decode(prefix)?,
            counted(prefix.len() as u64, "token")
        ));
    }
    if example.objective.target == Target::Hidden {
        let shown = &made.body.answer[..made.body.answer.len().min(limit)];
        remarks.push(format!("labels: {}", corrupter.tokenizer.decode(shown)?));
    }
    Ok(ExampleView {
        place: window.document().place().to_string(),
        heading,
        sides: SIDES,
        text: MarkedText::of(&corruption, &corrupter.tokenizer, limit)?,
        strip: Some(Strip::of(&corruption)),
        remarks,
        is_faulty: false,
    })
}

/// The marks that a recipe can make.
pub fn marks(corrupter: &Corrupter) -> Vec<Mark> {
    let mut marks = marks_of(corrupter.mix.steps().flat_map(|step| step.noise.effects()));
    // After a permutation, sentences may lose some of the ids that they share.
    if marks.contains(&Mark::Moved) && marks.iter().any(|mark| matches!(mark, Mark::Hidden | Mark::Deleted)) {
        marks.push(Mark::Partly);
    }
    marks
}

/// What was drawn, and how many tokens came of it.
fn remarks(example: &Example) -> Vec<String> {
    let (clean, body) = (example.window.body.len(), &example.made.body);
    let steps = example.objective.steps.iter().zip(&example.made.drawn);
    let mut remarks: Vec<String> = steps.map(|(step, drawn)| described(step, drawn)).collect();
    if body.states(clean).contains(&TokenState::Partly) {
        remarks.push(PARTLY.to_string());
    }
    remarks.push(format!("tokens: {clean} before, {} after", body.len()));
    remarks
}

const PARTLY: &str =
    "partly lost: encoded together with neighbors in the new order, and then some of those tokens were changed";

/// What a step drew, such as `infill: 24 of 80 words hidden in 9 spans, 2 of them zero-length`.
fn described(step: &Step, drawn: &Drawn) -> String {
    let name = step.name();
    if !drawn.applied {
        return format!("{name}: not applied (its probability)");
    }
    if drawn.too_short {
        return format!("{name}: nothing changed (too few tokens)");
    }
    let mut said = step.noise.describe(drawn);
    for (times, what) in [(drawn.dropped_insertions, "insertions dropped"), (drawn.redraws, "draws repeated")] {
        if times > 0 {
            said.push_str(&format!("; {times} {what} for lack of room (--max-length)"));
        }
    }
    format!("{name}: {said}")
}

/// Where clean sentences begin, and their numbers from 1; without those that share a token with the one before.
fn sentences(window: &Window) -> Vec<(usize, usize)> {
    let starts = window.parts().flat_map(|part| part.first_ids.iter().copied()).zip(1..);
    starts
        .filter_map(|(start, number)| Some((start? as usize, number)))
        .filter(|(start, _)| *start < window.body.len())
        .collect()
}
