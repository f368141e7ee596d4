use alloc::vec;

use super::*;

fn arm(name: &str, share: u32) -> Arm {
    Arm {
        name: name.into(),
        share,
        is_store_order: name == "store_order",
    }
}

fn experiment(id: &str, first: u32, arms: Vec<Arm>) -> Experiment {
    Experiment {
        id: id.into(),
        version: 7,
        from_ms: None,
        until_ms: None,
        block_ms: 0,
        is_interleaved: false,
        first,
        arms,
    }
}

/// A holdout of an eighth, a layer of visits with two experiments and a gap between them, and one of pages.
fn allocation() -> Allocation {
    let halves = |share| vec![arm("store_order", share), arm("today", share)];
    Allocation {
        holdout: Some(Holdout {
            share: 8_192,
            until_ms: Some(1_000),
        }),
        layers: vec![
            Layer {
                key: 1,
                unit: Unit::Visit,
                experiments: vec![
                    experiment("a", 0, halves(8_192)),
                    experiment("b", 32_768, halves(16_384)),
                ],
            },
            Layer {
                key: 2,
                unit: Unit::Page,
                experiments: vec![experiment("c", 0, halves(32_768))],
            },
        ],
    }
}

fn entropy(draws: [u16; 3]) -> [u8; ENTROPY_BYTES] {
    let mut bytes = [0; ENTROPY_BYTES];
    for (to, draw) in bytes.chunks_mut(2).zip(draws) {
        to.copy_from_slice(&draw.to_le_bytes());
    }
    bytes
}

fn drawn(draws: [u16; 3]) -> Draws {
    let mut all = Draws::default();
    all.complete(&allocation(), 0, |_| true, &entropy(draws));
    all
}

fn arms(draws: [u16; 3], now_ms: i64) -> Vec<(u8, u8)> {
    let assignment = allocation().assign(&drawn(draws), now_ms);
    assignment.arms.iter().map(|id| (id.experiment, id.arm)).collect()
}

#[test]
fn draw_falls_into_the_arm_whose_share_it_is_in() {
    for (draw, expected) in [
        (0, Some((0, 0))),
        (8_191, Some((0, 0))),
        (8_192, Some((0, 1))),
        (16_383, Some((0, 1))),
        (16_384, None),
        (32_767, None),
        (32_768, Some((1, 0))),
        (49_152, Some((1, 1))),
        (65_535, Some((1, 1))),
    ] {
        let found = arms([u16::MAX, draw, 0], 0);
        assert_eq!(found.iter().copied().find(|arm| arm.0 < 2), expected, "{draw}");
        assert!(found.contains(&(2, 0)), "the other layer draws by itself");
    }
}

#[test]
fn held_out_draw_is_in_no_experiment_until_the_holdout_ends() {
    let held = allocation().assign(&drawn([8_191, 0, 0]), 999);
    assert!(held.is_held_out && held.arms.is_empty());
    assert_eq!(allocation().tag(&held), "sw1.holdout.vxe");
    assert_eq!(arms([8_192, 0, 0], 999).len(), 2);
    assert_eq!(arms([8_191, 0, 0], 1_000).len(), 2);
}

#[test]
fn missing_draw_of_the_holdout_tries_nothing() {
    let mut draws = drawn([u16::MAX; 3]);
    draws.0.retain(|draw| draw.layer != tag::HOLDOUT_KEY);
    assert_eq!(allocation().assign(&draws, 0), Assignment::default());
    assert_eq!(allocation().tag(&Assignment::default()), "");
}

#[test]
fn experiment_runs_within_its_times() {
    let mut timed = allocation();
    let first = &mut timed.layers[0].experiments[0];
    (first.from_ms, first.until_ms) = (Some(10), Some(20));
    let draws = drawn([u16::MAX, 0, 0]);
    for (now_ms, runs) in [(9, false), (10, true), (19, true), (20, false)] {
        let found = timed.assign(&draws, now_ms).arms;
        assert_eq!(found.iter().any(|id| id.experiment == 0), runs, "{now_ms}");
    }
}

#[test]
fn completing_draws_keeps_those_that_are_there_and_units_that_may_not_be_drawn_away() {
    let mut draws = Draws::default();
    let pages_alone = |unit| unit == Unit::Page;
    assert!(draws.is_incomplete(&allocation(), 0, pages_alone));
    draws.complete(&allocation(), 0, pages_alone, &entropy([9, 9, 9]));
    assert_eq!(draws.get(1), None);
    assert!(!draws.is_incomplete(&allocation(), 0, pages_alone) && draws.is_incomplete(&allocation(), 0, |_| true));
    draws.complete(&allocation(), 0, |_| true, &entropy([4, 5, 6]));
    assert_eq!(
        [tag::HOLDOUT_KEY, 1, 2].map(|key| draws.get(key)),
        [Some(9), Some(5), Some(9)]
    );
}

/// 4,000 blocks of a window with shares of 1 : 3; four standard deviations are 2.8 %.
#[test]
fn blocks_of_a_window_have_their_shares_and_no_order() {
    let mut window = experiment("window", 0, vec![arm("a", 16_384), arm("b", 49_152)]);
    (window.from_ms, window.block_ms) = (Some(1_000), 60_000);
    let of = |block: i64, within: i64| window.arm_at(None, 1_000 + block * 60_000 + within).unwrap();
    let arms: Vec<u8> = (0..4_000).map(|block| of(block, 0)).collect();
    let share = arms.iter().filter(|arm| **arm == 0).count() as f64 / 4_000.0;
    assert!((share - 0.25).abs() < 0.028, "{share}");
    let alike = arms.windows(2).filter(|pair| pair[0] == pair[1]).count() as f64 / 3_999.0;
    assert!((alike - 0.625).abs() < 0.031, "{alike}");
    assert!((0..100).all(|block| of(block, 0) == of(block, 59_999)));
    assert_eq!(window.arm_at(Some(0), 999), None, "it has not begun");
}

#[test]
fn arms_are_found_by_name_and_named_in_the_tag() {
    let allocation = allocation();
    let id = allocation.named("b/today").unwrap();
    assert_eq!((id.experiment, id.arm), (1, 1));
    assert_eq!(allocation.named("b/none"), None);
    assert!(!allocation.keeps_store_order(&[id]));
    assert!(allocation.keeps_store_order(&[id, allocation.named("c/store_order").unwrap()]));
    let assignment = Assignment {
        is_held_out: false,
        arms: vec![id],
    };
    let text = allocation.tag(&assignment);
    assert_eq!(tag::Tag::parse(&text).unwrap().arms[0].experiment, "b");
}

#[test]
fn damaged_sections_are_refused() {
    let bytes = postcard::to_allocvec(&allocation()).unwrap();
    assert_eq!(Allocation::decode(&bytes), Some(allocation()));
    for end in 0..bytes.len() {
        assert_eq!(Allocation::decode(&bytes[..end]), None, "{end}");
    }
    for break_it in [
        |it: &mut Allocation| it.layers[0].experiments[0].arms.clear(),
        |it: &mut Allocation| it.layers[0].experiments[0].first = 60_000,
        |it: &mut Allocation| it.layers[0].experiments[0].arms[0].share = u32::MAX,
        |it: &mut Allocation| it.layers[0].experiments[0].id = "A b".into(),
        |it: &mut Allocation| it.layers[0].experiments[0].block_ms = -1,
        |it: &mut Allocation| it.layers = vec![it.layers[0].clone(); MAX_LAYERS + 1],
    ] {
        let mut broken = allocation();
        break_it(&mut broken);
        assert_eq!(Allocation::decode(&postcard::to_allocvec(&broken).unwrap()), None);
    }
}

#[test]
fn interleaving_has_no_arm_that_could_be_read_as_an_answer() {
    let mut own = allocation();
    let draws = drawn([u16::MAX, 0, 0]);
    let before = own.assign(&draws, 0).arms.len();
    own.layers[1].experiments[0].is_interleaved = true;
    assert_eq!(own.assign(&draws, 0).arms.len(), before - 1);
    assert!(!own.tag(&own.assign(&draws, 0)).contains("c_"));
}
