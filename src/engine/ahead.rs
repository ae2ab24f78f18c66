//! Reading files while others are still being looked for.
//!
//! In: the files of a walk, as they are found. Out: the bytes of as many of them as another thread could read meanwhile. With one
//! thread there is nothing to be won, and nothing is read.

use std::path::PathBuf;
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::discover::FoundFile;
use crate::files::Files;

use super::load::bytes;

/// So many bytes are read ahead; the rest is read when its turn comes.
const MOST: usize = 16 << 20;

/// Bytes of files, by where they lie.
#[derive(Default)]
pub(super) struct Ahead(Mutex<FxHashMap<PathBuf, Vec<u8>>>);

impl Ahead {
    /// Does something that tells of files, and reads them meanwhile.
    pub(super) fn read<T: Send>(files: &dyn Files, work: impl FnOnce(&dyn Fn(&FoundFile)) -> T + Send) -> (T, Self) {
        if rayon::current_num_threads() < 2 {
            return (work(&|_| {}), Self::default());
        }
        let (send, found) = mpsc::channel::<FoundFile>();
        let work = move || {
            // Nobody listens any more once enough was read.
            work(&|file| drop(send.send(file.clone())))
        };
        let read = move || {
            let (mut texts, mut room) = (FxHashMap::default(), MOST);
            for file in found {
                // What cannot be read, or is too large, is met again by who says so.
                let Ok(bytes) = bytes(&file, files) else { continue };
                let Some(left) = room.checked_sub(bytes.len()) else { break };
                room = left;
                texts.insert(file.path, bytes);
            }
            texts
        };
        let (done, texts) = rayon::join(work, read);
        (done, Self(Mutex::new(texts)))
    }

    /// The bytes of a file, if they were read; once.
    pub(super) fn take(&self, file: &FoundFile) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&file.path)
    }
}
