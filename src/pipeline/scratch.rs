//! Buffers that tasks work in, handed on from task to task.

use std::sync::{Mutex, PoisonError};

use crate::noise::{Corrupted, Workspace};
use crate::tokenizer::Tokenizer;

/// Buffers of one thread, reused from task to task.
pub struct Scratch<'c> {
    /// Its encoder packs documents, too.
    pub work: Workspace<'c>,
    /// The window at hand.
    pub made: Corrupted,
}

impl<'c> Scratch<'c> {
    /// Empty buffers.
    pub fn new(tokenizer: &'c Tokenizer) -> Self {
        Scratch { work: Workspace::new(tokenizer), made: Corrupted::default() }
    }
}

/// Buffers for tasks that go on side by side: as many as there are threads, whatever task is done by which.
pub struct Scratches<'c> {
    tokenizer: &'c Tokenizer,
    idle: Mutex<Vec<Scratch<'c>>>,
}

impl<'c> Scratches<'c> {
    /// None yet.
    pub fn new(tokenizer: &'c Tokenizer) -> Self {
        Scratches { tokenizer, idle: Mutex::default() }
    }

    /// Does a task with buffers that no other has at the time.
    pub fn with<T>(&self, task: impl FnOnce(&mut Scratch<'c>) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let mut scratch = kept.unwrap_or_else(|| Scratch::new(self.tokenizer));
        let done = task(&mut scratch);
        idle().push(scratch);
        done
    }
}
