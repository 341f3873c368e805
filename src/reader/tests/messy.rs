//! Files from the wild, where they are at hand: a folder named by `MUDDLE_MESSY_CORPORA`.
