//! muddle

pub mod sentence;
