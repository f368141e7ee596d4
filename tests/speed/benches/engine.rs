//! Criterion benchmarks of the engine's operations: `cargo xtask speed` prepares the workload, then
//! `SHELFWISE_WORKLOAD=target/shelfwise/speed/LOG cargo bench -p shelfwise-speed`.
#![allow(
    missing_docs,
    clippy::expect_used,
    reason = "criterion's macros; a bench fails by panicking"
)]

use std::path::PathBuf;

use criterion::{Criterion, criterion_group, criterion_main};
use shelfwise_speed::operation::{Counter, Operation};
use shelfwise_speed::workload::Workload;

fn operations(criterion: &mut Criterion) {
    let folder = std::env::var_os("SHELFWISE_WORKLOAD").map(PathBuf::from);
    let folder = folder.expect("SHELFWISE_WORKLOAD names the folder of a workload that `cargo xtask speed` prepared");
    let workload = Workload::read(&folder).expect("the workload can be read");
    let mut counter = Counter::new(&workload).expect("the workload opens");
    let mut group = criterion.benchmark_group(workload.visits.log.clone());
    for operation in Operation::ALL {
        let mut visit = 0;
        group.bench_function(operation.to_string(), |bencher| {
            bencher.iter(|| {
                counter.run(operation, visit);
                visit += 1;
            });
        });
    }
    group.finish();
}

criterion_group!(benches, operations);
criterion_main!(benches);
