//! Many small requests at the same time.

use crate::error::{Error, ErrorKind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Requests under way at the same time on a store where each takes a while.
pub(crate) const AT_ONCE: usize = 16;

/// Calls `work` with each item, on up to `threads` threads, and gives the results in the order of the items. After a
/// failure nothing new is begun, and the failure of the first item that has one is given.
pub(crate) fn each<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> Result<R, Error> + Sync,
) -> Result<Vec<R>, Error> {
    if threads <= 1 || items.len() <= 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<R, Error>)>> = Mutex::new(Vec::with_capacity(items.len()));
    let run = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return };
            let result = work(item);
            if result.is_err() {
                next.store(items.len(), Ordering::Relaxed);
            }
            results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.min(items.len()) {
            // One that cannot be started leaves its share to the others.
            let _ = thread::Builder::new().spawn_scoped(scope, run);
        }
        run();
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    let results: Vec<R> = results.into_iter().map(|(_, result)| result).collect::<Result<_, _>>()?;
    if results.len() < items.len() {
        return Err(Error::new(ErrorKind::Internal, "a thread ended before its work"));
    }
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_the_first_failure_ends_it() {
        let items: Vec<usize> = (0..500).collect();
        let doubled = each(&items, 8, |item| Ok(item * 2)).unwrap();
        assert_eq!(doubled, (0..500).map(|item| item * 2).collect::<Vec<_>>());
        let calls = AtomicUsize::new(0);
        let failed = each(&items, 8, |item| {
            calls.fetch_add(1, Ordering::Relaxed);
            if *item == 3 { Err(Error::new(ErrorKind::Output, "three")) } else { Ok(()) }
        });
        assert_eq!(failed.unwrap_err().to_string(), "three");
        assert!(calls.into_inner() < 500);
    }
}
