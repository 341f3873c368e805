//! muddle
