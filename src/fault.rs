//! Panics: faults of the program itself, kept to be told as one line where errors are told; and those of libraries on
//! hostile files, which become values.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::{Mutex, PoisonError};

static FAULT: Mutex<Option<String>> = Mutex::new(None);

thread_local!(static GUARDED: Cell<u32> = const { Cell::new(0) });

/// Runs a library call; a panic in it becomes what it says.
pub fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    GUARDED.set(GUARDED.get() + 1);
    let outcome = catch_unwind(AssertUnwindSafe(call));
    GUARDED.set(GUARDED.get() - 1);
    outcome.map_err(|panic| message(&*panic).lines().next().unwrap_or("").to_string())
}

/// Keeps the first panic instead of printing each, and none that is guarded. Called once, by the process.
pub fn install() {
    std::panic::set_hook(Box::new(|panic: &PanicHookInfo| {
        if GUARDED.get() > 0 {
            return;
        }
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let line = format!("{place}: {}", message(panic.payload()));
        FAULT.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(line);
    }));
}

/// The first panic that was not caught, where there was one.
pub fn recorded() -> Option<String> {
    FAULT.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// What a panic says.
pub fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message")
}
