//! Running a program within bounds.
//!
//! In: a command, its input, how long it may take and how much it may print. Out: what it printed and its exit status; or
//! a sentence: a program that takes or prints more is ended.

use std::io::{self, ErrorKind, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Of what goes to standard error this much is kept, in bytes.
const MOST_COMPLAINTS: u64 = 64 << 10;

/// What a program may take.
pub(super) struct Bounds {
    /// Until it ends.
    pub time: Duration,
    /// On standard output.
    pub bytes: u64,
}

/// What a program left behind.
pub(super) struct Answer {
    /// The exit status; nothing where a signal ended it.
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

impl Answer {
    pub fn is_success(&self) -> bool {
        self.code == Some(0)
    }
}

/// Runs a command to its end, or to a bound.
pub(super) fn run(mut command: Command, input: Option<Vec<u8>>, bounds: &Bounds) -> Result<Answer, String> {
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("it cannot be run: {error}"))?;
    let answer = converse(&mut child, input, bounds);
    if answer.is_err() {
        let _ = child.kill();
        let _ = child.wait();
    }
    answer
}

/// Writes and reads, each in a thread of its own: a program writes before it has read all, and would wait for a reader. A
/// thread whose pipe someone holds open is left behind.
fn converse(child: &mut Child, input: Option<Vec<u8>>, bounds: &Bounds) -> Result<Answer, String> {
    let until = Instant::now() + bounds.time;
    let failed = |error: io::Error| format!("it cannot be run: {error}");
    if let (Some(mut pipe), Some(text)) = (child.stdin.take(), input) {
        in_thread(move || drop(pipe.write_all(&text))).map_err(failed)?;
    }
    let stdout = child.stdout.take().map(|pipe| collect(pipe, bounds.bytes)).transpose().map_err(failed)?;
    let stderr = child.stderr.take().map(|pipe| collect(pipe, MOST_COMPLAINTS)).transpose().map_err(failed)?;
    let late = || format!("no answer within {} seconds", bounds.time.as_secs_f32());
    let receive = |pipe: Option<Receiver<Vec<u8>>>| {
        let Some(pipe) = pipe else { return Ok(Vec::new()) };
        match pipe.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Err(RecvTimeoutError::Timeout) => Err(late()),
            received => Ok(received.unwrap_or_default()),
        }
    };
    let stdout = receive(stdout)?;
    if stdout.len() as u64 > bounds.bytes {
        return Err(format!("an answer of more than {} bytes", bounds.bytes));
    }
    let stderr = receive(stderr)?;
    let mut pause = Duration::from_micros(50);
    loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            return Ok(Answer { code: status.code(), stdout, stderr });
        }
        if Instant::now() > until {
            return Err(late());
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Reads a pipe to its end; of more than `most` bytes, one byte more than that is handed over and the rest thrown away.
fn collect(mut pipe: impl Read + Send + 'static, most: u64) -> io::Result<Receiver<Vec<u8>>> {
    let (sender, receiver) = channel();
    in_thread(move || {
        let mut text = Vec::new();
        while (&mut pipe).take((most + 1).saturating_sub(text.len() as u64)).read_to_end(&mut text).is_err_and(again) {}
        let _ = sender.send(text);
        let _ = io::copy(&mut pipe, &mut io::sink());
    })?;
    Ok(receiver)
}

fn again(error: io::Error) -> bool {
    error.kind() == ErrorKind::Interrupted
}

fn in_thread(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().spawn(work).map(drop)
}

#[cfg(all(test, unix))]
#[expect(clippy::disallowed_methods, reason = "programs are started to see that they are ended")]
mod tests {
    use super::*;

    fn shell(script: &str, input: Option<&str>, bounds: &Bounds) -> Result<Answer, String> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        run(command, input.map(|text| text.as_bytes().to_vec()), bounds)
    }

    const WIDE: Bounds = Bounds { time: Duration::from_secs(30), bytes: 1 << 20 };

    #[test]
    fn what_a_program_prints_and_how_it_ends_is_known() {
        let answer = shell("cat; echo no >&2; exit 3", Some("yes"), &WIDE).expect("it ends");
        assert_eq!((answer.code, &*answer.stdout, &*answer.stderr), (Some(3), &b"yes"[..], &b"no\n"[..]));
        let answer = shell("yes | head -c 1000000 >&2", None, &WIDE).expect("it ends");
        assert!(answer.is_success() && answer.stderr.len() as u64 == MOST_COMPLAINTS + 1);
    }

    #[test]
    fn a_program_that_takes_or_prints_too_much_is_ended() {
        let short = Bounds { time: Duration::from_millis(200), bytes: 1000 };
        let error = |script: &str| shell(script, Some("input"), &short).err().unwrap_or_default();
        let start = Instant::now();
        assert_eq!(error("exec sleep 60"), "no answer within 0.2 seconds");
        assert_eq!(error("sleep 60 & exec sleep 60"), "no answer within 0.2 seconds", "someone else holds its pipe");
        assert_eq!(error("exec >&- 2>&-; exec sleep 60"), "no answer within 0.2 seconds", "it is silent");
        let wide = Bounds { time: Duration::from_secs(30), bytes: 1000 };
        let endless = shell("exec yes", None, &wide).err().unwrap_or_default();
        assert_eq!(endless, "an answer of more than 1000 bytes");
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }
}
