//! What hands the output of segments over, in their order, however many threads work ahead.
//!
//! What waits to be collected is bounded in bytes, not in segments: thousands of small inputs may be ahead, but no more
//! than fits. Only the segment that is collected right now may always go on, so nothing waits for each other.

use super::segment::Output;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Segments handed out to threads in order, and their output in the same order.
#[derive(Debug)]
pub(super) struct Belt {
    state: Mutex<State>,
    /// Something came, for the collector.
    filled: Condvar,
    /// There is room again, or another segment's turn, for the threads.
    moved: Condvar,
    segments: usize,
    limit: usize,
}

#[derive(Debug, Default)]
struct State {
    lanes: BTreeMap<usize, Lane>,
    /// Bytes waiting, over all lanes.
    bytes: usize,
    /// The segment that is collected now.
    head: usize,
    /// The segment that is begun next.
    next: usize,
    stopped: bool,
}

#[derive(Debug, Default)]
struct Lane {
    waiting: VecDeque<(Output, usize)>,
    bytes: usize,
    ended: bool,
}

/// Bytes that an output counts at the least.
const LEAST: usize = 1 << 10;

impl Belt {
    /// For so many segments, with up to `limit` bytes waiting.
    pub(super) fn new(segments: usize, limit: usize) -> Self {
        let (filled, moved) = (Condvar::new(), Condvar::new());
        Self { state: Mutex::default(), filled, moved, segments, limit }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next segment to work on; nothing when all are begun.
    pub(super) fn take(&self) -> Option<Turn<'_>> {
        let mut state = self.lock();
        // What the collector has passed over need not be begun.
        let index = state.next.max(state.head);
        if state.stopped || index >= self.segments {
            return None;
        }
        state.next = index + 1;
        state.lanes.insert(index, Lane::default());
        Some(Turn { belt: self, index })
    }

    /// The next output of the segment that is collected now; nothing when its thread has ended without saying so.
    pub(super) fn receive(&self) -> Option<Output> {
        let mut state = self.lock();
        loop {
            let head = state.head;
            if let Some(lane) = state.lanes.get_mut(&head) {
                if let Some((output, bytes)) = lane.waiting.pop_front() {
                    lane.bytes -= bytes;
                    state.bytes -= bytes;
                    drop(state);
                    self.moved.notify_all();
                    return Some(output);
                }
                if lane.ended {
                    return None;
                }
            }
            state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Goes on to the next segment; what the last one still gives is thrown away.
    pub(super) fn advance(&self) {
        let mut state = self.lock();
        let head = state.head;
        let lane = state.lanes.remove(&head).unwrap_or_default();
        state.bytes -= lane.bytes;
        state.head += 1;
        drop(state);
        self.moved.notify_all();
    }

    /// Nobody collects any more; what was not begun need not begin.
    pub(super) fn stop(&self) {
        self.lock().stopped = true;
        self.moved.notify_all();
    }
}

/// A thread at work on one segment.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    belt: &'a Belt,
    pub(super) index: usize,
}

impl Turn<'_> {
    /// Hands an output over, once there is room; false when nobody wants any more of this segment.
    pub(super) fn send(&self, output: Output) -> bool {
        let bytes = output.bytes().max(LEAST);
        let mut state = self.belt.lock();
        loop {
            if state.stopped || state.head > self.index {
                return false;
            }
            let fits = state.bytes + bytes <= self.belt.limit;
            let is_awaited = state.head == self.index
                && state.lanes.get(&self.index).is_none_or(|lane| lane.waiting.is_empty());
            if fits || is_awaited {
                break;
            }
            state = self.belt.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.bytes += bytes;
        let lane = state.lanes.entry(self.index).or_default();
        lane.bytes += bytes;
        lane.waiting.push_back((output, bytes));
        let is_head = state.head == self.index;
        drop(state);
        if is_head {
            self.belt.filled.notify_one();
        }
        true
    }

    /// Waits until this segment is the one that is collected, which only one is at a time; false when nobody wants
    /// it any more.
    pub(super) fn wait_until_first(&self) -> bool {
        let mut state = self.belt.lock();
        while !state.stopped && state.head < self.index {
            state = self.belt.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        !state.stopped && state.head == self.index
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.belt.lock();
        if let Some(lane) = state.lanes.get_mut(&self.index) {
            lane.ended = true;
        }
        drop(state);
        self.belt.filled.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn note(text: &str) -> Output {
        Output::Note(text.to_owned())
    }

    fn text(output: Option<Output>) -> Option<String> {
        match output? {
            Output::Note(text) => Some(text),
            other @ (Output::Rows(_) | Output::Rejects(_) | Output::Done(_) | Output::Failed(_)) => {
                Some(format!("{other:?}"))
            }
        }
    }

    #[test]
    fn any_number_of_threads_gives_the_order_of_the_segments() {
        for threads in [1, 2, 5] {
            // Room for two outputs only, so that threads wait for each other.
            let belt = Belt::new(50, 2 * LEAST);
            let mut seen = Vec::new();
            thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| {
                        while let Some(turn) = belt.take() {
                            for part in 0..3 {
                                turn.send(note(&format!("{}.{part}", turn.index)));
                            }
                        }
                    });
                }
                for _ in 0..50 {
                    seen.extend((0..3).filter_map(|_| text(belt.receive())));
                    belt.advance();
                }
            });
            let expected: Vec<String> =
                (0..50).flat_map(|segment| (0..3).map(move |part| format!("{segment}.{part}"))).collect();
            assert_eq!(seen, expected);
        }
    }

    #[test]
    fn what_waits_is_bounded() {
        let belt = Belt::new(100, 4 * LEAST);
        thread::scope(|scope| {
            scope.spawn(|| {
                while let Some(turn) = belt.take() {
                    turn.send(note("some"));
                }
            });
            for _ in 0..100 {
                assert!(belt.lock().bytes <= 5 * LEAST);
                assert!(belt.receive().is_some());
                belt.advance();
            }
        });
        assert_eq!(belt.lock().bytes, 0);
    }

    #[test]
    fn segments_passed_over_are_not_begun_and_not_wanted() {
        let belt = Belt::new(3, 1 << 20);
        let first = belt.take().expect("a segment");
        assert!(first.send(note("late")) && first.wait_until_first());
        belt.advance();
        assert!(!first.send(note("later")) && !first.wait_until_first());
        assert_eq!(belt.lock().bytes, 0);
        belt.advance();
        assert_eq!(belt.take().map(|turn| turn.index), Some(2));
        belt.stop();
        assert!(belt.take().is_none());
    }

    #[test]
    fn a_thread_that_ends_early_is_noticed() {
        let belt = Belt::new(1, 1 << 20);
        belt.take().expect("a segment").send(note("one"));
        assert_eq!(text(belt.receive()).as_deref(), Some("one"));
        assert!(belt.receive().is_none());
    }
}
