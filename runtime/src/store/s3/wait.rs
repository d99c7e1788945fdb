//! Where requests run: on threads of our own, whoever calls, also from within another runtime.

use std::future::Future;
use std::io;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};
use tokio::runtime::{Builder, Handle};
use tokio::task::AbortHandle;

/// Threads that do the network's work.
const THREADS: usize = 2;

/// A future on its way.
#[derive(Debug)]
pub(super) struct Pending<T> {
    result: Receiver<T>,
    task: AbortHandle,
}

impl<T> Pending<T> {
    /// Waits for its end.
    pub(super) fn wait(self) -> io::Result<T> {
        self.result.recv().map_err(|_| io::Error::other("a request to S3 came to no end"))
    }
}

impl<T> Drop for Pending<T> {
    /// Nobody waits: it is not worth its bytes.
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Starts a future.
///
/// # Errors
/// The system gives no thread.
pub(super) fn start<T: Send + 'static>(
    future: impl Future<Output = T> + Send + 'static,
) -> io::Result<Pending<T>> {
    let (sender, result) = sync_channel(1);
    let task = runtime()?.spawn(async move {
        let _ = sender.send(future.await);
    });
    Ok(Pending { result, task: task.abort_handle() })
}

/// Runs a future to its end. It blocks the thread that calls, and no other.
///
/// # Errors
/// The system gives no thread.
pub(super) fn wait<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> io::Result<T> {
    start(future)?.wait()
}

/// The runtime whose turn it is. Each is driven by one thread: a runtime with threads of its own would panic where
/// none can be started.
fn runtime() -> io::Result<Handle> {
    static RUNTIMES: Mutex<(Vec<Handle>, usize)> = Mutex::new((Vec::new(), 0));
    let mut runtimes = RUNTIMES.lock().unwrap_or_else(PoisonError::into_inner);
    let (handles, turn) = &mut *runtimes;
    if handles.len() < THREADS {
        match drive() {
            Ok(handle) => handles.push(handle),
            Err(e) if handles.is_empty() => return Err(e),
            // One is enough to go on.
            Err(_) => {}
        }
    }
    *turn = turn.wrapping_add(1);
    let next = handles.get(*turn % handles.len().max(1));
    next.cloned().ok_or_else(|| io::Error::other("no threads can be started for S3"))
}

/// Starts a thread with a runtime that goes on for as long as the program does.
fn drive() -> io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    std::thread::Builder::new()
        .name("lakebed-s3".to_owned())
        .spawn(move || runtime.block_on(std::future::pending::<()>()))?;
    Ok(handle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn it_waits_also_within_another_runtime() {
        let outer = Builder::new_current_thread().build().unwrap();
        let answer = outer.block_on(async {
            wait(async {
                tokio::time::sleep(Duration::from_millis(5)).await;
                42
            })
        });
        assert_eq!(answer.unwrap(), 42);
    }

    #[test]
    fn a_request_that_panics_is_an_error_and_the_next_one_goes_on() {
        let broken = wait(async {
            let nothing: Option<u8> = None;
            nothing.expect("a panic that a test wants")
        });
        assert_eq!(broken.unwrap_err().to_string(), "a request to S3 came to no end");
        assert_eq!(wait(async { 1 }).unwrap(), 1);
        assert_eq!(wait(async { 2 }).unwrap(), 2);
    }

    #[test]
    fn what_nobody_waits_for_is_ended() {
        let (sender, ended) = sync_channel::<()>(1);
        let pending = start(async move {
            let _sender = sender;
            std::future::pending::<()>().await;
        });
        drop(pending.unwrap());
        assert!(
            ended
                .recv_timeout(Duration::from_secs(20))
                .is_err_and(|e| { e == std::sync::mpsc::RecvTimeoutError::Disconnected })
        );
    }
}
