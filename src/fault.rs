//! Panics: faults of the program itself, kept to be told as one line where errors are told.

use std::any::Any;
use std::panic::PanicHookInfo;
use std::sync::{Mutex, PoisonError};

static FAULT: Mutex<Option<String>> = Mutex::new(None);

/// Keeps the first panic instead of printing each. Called once, by the process.
pub fn install() {
    std::panic::set_hook(Box::new(|panic: &PanicHookInfo| {
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
