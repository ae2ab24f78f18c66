//! Room for templates that run inside one another.
//!
//! In: work. Out: what it gives, done on a thread with a stack that the bounds on templates cannot use up.

/// Bytes of the stack: templates may run inside one another a thousand times.
const SIZE: usize = 512 << 20;

/// Does work on a deep stack; nothing where no such thread is to be had, or the work panics.
pub fn on_deep_stack<R: Send>(work: impl FnOnce() -> R + Send) -> Option<R> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(SIZE).spawn_scoped(scope, work);
        thread.ok().and_then(|thread| thread.join().ok())
    })
}
