//! Threads, maps, sorting, formatting, dynamic calls, a caught panic: what a Rust program does all day.

use std::collections::{BTreeMap, HashMap};
use std::panic;
use std::thread;

trait Shape { fn area(&self, n: u64) -> u64; }
struct Square(u64);
struct Circle(u64);
impl Shape for Square { #[inline(never)] fn area(&self, n: u64) -> u64 { self.0 * self.0 + n } }
impl Shape for Circle { #[inline(never)] fn area(&self, n: u64) -> u64 { (3 * self.0 * self.0) ^ n } }

fn work(id: u64) -> usize {
    let shapes: Vec<Box<dyn Shape>> = vec![Box::new(Square(id)), Box::new(Circle(id))];
    let mut counts: HashMap<String, u64> = HashMap::new();
    let mut ordered: BTreeMap<String, u64> = BTreeMap::new();
    for round in 0..150u64 {
        let mut words: Vec<String> = (0..4096u64)
            .map(|i| format!("{}-{}", shapes[(i & 1) as usize].area(i) % 977, i % 61))
            .collect();
        words.sort();
        for word in &words { *counts.entry(word.to_uppercase()).or_insert(0) += 1; }
        if round % 16 == 0 { for word in words { *ordered.entry(word).or_insert(0) += 1; } }
        let caught = panic::catch_unwind(|| { if round % 8 == 0 { panic::resume_unwind(Box::new(round)); } });
        if caught.is_err() { ordered.remove("none"); }
    }
    counts.len() + ordered.len()
}

fn main() {
    let threads: Vec<_> = (0..4).map(|id| thread::spawn(move || work(id))).collect();
    let total: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    assert!(total > 0);
}
