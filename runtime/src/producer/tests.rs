//! What needs no clock: the window. Producers as a whole are tested over a strict service, with the other workspace tests.

use super::batch::Item;
use super::entry::Entry;
use super::options::Order;
use super::pack::Packing;
use super::service::{KeyRule, ServiceLimits};
use super::window::Window;
use std::time::Duration;
use tokio::time::Instant;

const LIMITS: ServiceLimits =
    ServiceLimits { records: 4, bytes: 100, record_bytes: 50, key: KeyRule::Required { chars: 256 } };

fn window(order: Order, keys: &str) -> Window {
    let mut window = Window::new(LIMITS, Packing::None, order);
    for (seq, key) in (0..).zip(keys.chars()) {
        window.push(Item::new(Entry::keyed("data", key), seq, None, Instant::now()));
    }
    window
}

/// Numbers of the records in the next call, and the records.
fn take(window: &mut Window) -> (Vec<u64>, Vec<Item>) {
    let items = window.take(usize::MAX).map(|batch| batch.items).unwrap_or_default();
    (items.iter().map(|item| item.seq).collect(), items)
}

#[test]
fn what_failed_goes_before_what_is_new_when_its_time_comes() {
    let now = Instant::now();
    let mut window = window(Order::BestEffort, "aaaaaaaaa");
    let (seqs, mut items) = take(&mut window);
    assert_eq!(seqs, [0, 1, 2, 3]);
    items.drain(..2).for_each(|item| window.settle(&item));
    window.retry(items, now + Duration::from_secs(1));
    assert_eq!(take(&mut window).0, [4, 5, 6, 7]);
    assert_eq!((window.lowest(), window.records(), window.bytes()), (2, 7, 7 * 5));
    window.wake(now + Duration::from_secs(1));
    assert_eq!(take(&mut window).0, [2, 3, 8]);
    assert_eq!(window.lowest(), u64::MAX);
}

#[test]
fn strict_order_has_one_record_of_a_key_under_way() {
    let now = Instant::now();
    let mut window = window(Order::Strict, "aabac");
    let (seqs, mut items) = take(&mut window);
    assert_eq!(seqs, [0, 2, 4]);
    assert_eq!(take(&mut window).0, [0; 0]);
    assert_eq!(window.items().count(), 2, "they wait for their key");
    // The record of `a` fails: its key stays taken, also when it is tried again.
    let first = items.remove(0);
    window.retry(vec![first], now);
    window.push(Item::new(Entry::keyed("data", "a"), 5, None, now));
    assert_eq!(take(&mut window).0, [0; 0]);
    window.wake(now);
    let (seqs, mut items) = take(&mut window);
    assert_eq!(seqs, [0]);
    window.settle(&items.remove(0));
    for expected in [1, 3, 5] {
        let (seqs, mut items) = take(&mut window);
        assert_eq!(seqs, [expected]);
        window.settle(&items.remove(0));
    }
    let left: Vec<u64> = window.drain().iter().map(|item| item.seq).collect();
    assert_eq!((left, window.records()), (vec![], 2), "those of `b` and `c` are in calls");
}

#[test]
fn a_call_is_made_when_it_is_full_or_old_or_asked_for() {
    let linger = Duration::from_millis(100);
    let now = Instant::now() + Duration::from_millis(50);
    let is_ready = |window: &Window, now, below| window.is_ready(now, linger, below);
    assert!(!is_ready(&window(Order::BestEffort, "abc"), now, 0));
    assert!(is_ready(&window(Order::BestEffort, "abc"), now, 1));
    assert!(is_ready(&window(Order::BestEffort, "abc"), now + linger, 0));
    assert!(is_ready(&window(Order::BestEffort, "abcd"), now, 0));
    assert!(!is_ready(&window(Order::BestEffort, ""), now + linger, 9));
}
