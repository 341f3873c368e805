//! Rotation: the body begins at a uniformly chosen place and wraps around (BART, section 2.2).

use super::{Drawn, Noised, Setting, Unit, Workspace};
use crate::rng::NoiseRng;

/// The ids stay as they are; the identity is one of the rotations.
pub fn apply(unit: Unit, noised: &mut Noised, setting: &Setting, rng: &mut NoiseRng, work: &mut Workspace) -> Drawn {
    let len = noised.len();
    if unit == Unit::Word {
        work.units.find(noised, unit, setting);
    }
    let places = match unit {
        Unit::Token => len,
        Unit::Word => work.units.len(),
        Unit::Sentence => noised.sentences.len(),
    };
    if places < 2 {
        return Drawn::default();
    }
    let place = rng.below(places);
    let start = match unit {
        Unit::Token => place,
        Unit::Word => work.units.get(place).start,
        Unit::Sentence => noised.sentences[place] as usize,
    };
    noised.ids.rotate_left(start);
    noised.origins.rotate_left(start);
    let moved = |place: &u32| ((*place as usize + len - start) % len) as u32;
    work.spare.clear();
    work.spare.sentences.push(0);
    work.spare.sentences.extend(noised.sentences.iter().map(moved).filter(|&place| place > 0));
    work.spare.sentences.sort_unstable();
    std::mem::swap(&mut noised.sentences, &mut work.spare.sentences);
    noised.pristine = false;
    Drawn { units: len as u64, chosen: if start > 0 { len as u64 } else { 0 }, ..Drawn::default() }
}
