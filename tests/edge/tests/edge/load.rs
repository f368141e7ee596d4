//! Bounded load: the cost of the component compared to a handler that does nothing. Times are compared within one run,
//! with wide limits, because machines that run checks are shared. `measure` prints the figures.

use shelfwise_edge_host::measure::{Case, Figures, figures};

use crate::shop::built;

/// Maximum ratio of the median time of a ranked response to that of an empty handler.
const MOST_TIMES: f64 = 60.0;
/// Maximum memory of an instance with a model of a megabyte.
const MOST_BYTES: usize = 16 << 20;

#[test]
fn instance_memory_of_a_ranked_answer_is_bounded() {
    let (worker, empty) = (
        built("EDGE", "edge", "spin"),
        built("EDGE_COMPARED", "edge-compared", "empty_spin"),
    );
    let figures = figures(&worker, &empty, 40).unwrap();
    let Figures { model_bytes, rows } = &figures;
    assert!(*model_bytes > 900_000, "{model_bytes}");
    let median = |case: Case| rows.iter().find(|row| row.case == case).unwrap();
    let nothing = median(Case::Nothing).p50_ms;
    for case in [Case::Recommend, Case::Rerank] {
        let row = median(case);
        assert!(row.p50_ms < MOST_TIMES * nothing.max(0.2), "{figures:?}");
        assert!(row.peak_bytes < MOST_BYTES, "{figures:?}");
    }
}
