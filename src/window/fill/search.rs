//! How many sentences fit, found by trial in few trials.

/// Counts known to fit and not to fit.
pub struct Search {
    pub fits: usize,
    fails: usize,
    trials: u32,
}

impl Search {
    /// Nothing is known but that `fits` do and more than `last` do not.
    pub fn new(fits: usize, last: usize) -> Self {
        Search { fits, fails: last + 1, trials: 0 }
    }

    /// The count to try next, near the one that seems likely; `None` where the answer is known. Every other trial halves what
    /// is left, so that text that grows denser or thinner costs no more than a few of them.
    pub fn next(&mut self, likely: usize) -> Option<usize> {
        if self.fits + 1 >= self.fails {
            return None;
        }
        self.trials += 1;
        let middle = self.fits + (self.fails - self.fits) / 2;
        let next = if self.trials.is_multiple_of(3) { middle } else { likely };
        Some(next.clamp(self.fits + 1, self.fails - 1))
    }

    /// Takes in the outcome of a trial.
    pub fn learn(&mut self, tried: usize, fits: bool) {
        if fits {
            self.fits = tried;
        } else {
            self.fails = tried;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Trials where sentences take as many ids as told, and guesses go by the ids that those tried took on average.
    fn trials(ids: &[usize], room: usize) -> (usize, u32) {
        let total = |count: usize| ids[..count].iter().sum::<usize>();
        let (mut search, mut each) = (Search::new(0, ids.len()), 4.0);
        while let Some(tried) = search.next((room as f64 / each) as usize) {
            each = total(tried) as f64 / tried as f64;
            search.learn(tried, total(tried) <= room);
        }
        (search.fits, search.trials)
    }

    #[test]
    fn few_trials_find_the_count_however_the_text_changes() {
        let mixed: Vec<usize> = (0..100_000).map(|at| 1 + at % 7).collect();
        let (denser, thinner): (Vec<usize>, Vec<usize>) =
            (0..100_000).map(|at| (1 + at / 1000, 101 - at / 1000)).unzip();
        let steps: Vec<usize> = (0..100_000).map(|at| if at < 90_000 { 1 } else { 500 }).collect();
        for ids in [mixed, denser, thinner, steps] {
            for room in [1, 100, 5000, 90_001, 400_000, 1_000_000, 6_000_000] {
                let (fits, trials) = trials(&ids, room);
                let expected = ids
                    .iter()
                    .scan(0, |sum, id| {
                        Some({
                            *sum += id;
                            *sum
                        })
                    })
                    .take_while(|&sum| sum <= room)
                    .count();
                assert_eq!(fits, expected);
                assert!(trials <= 60, "{trials} trials for {room}");
            }
        }
    }
}
