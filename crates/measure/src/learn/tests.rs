use proptest::prelude::*;

use super::simulate::{Reports, regret};
use super::*;

fn count(key: &str, option: &str, shown: u64, answered: u64) -> Count {
    Count {
        key: key.into(),
        option: option.into(),
        shown,
        answered,
    }
}

fn shares_of<'s>(shares: &'s Shares, key: &str) -> &'s [u32] {
    &shares.keys.iter().find(|own| own.key == key).unwrap().shares
}

#[test]
fn better_option_is_drawn_more_and_none_below_its_floor() {
    let shares = learn(
        "hero",
        &[
            count("", "a", 20_000, 400),
            count("", "b", 20_000, 800),
            count("", "c", 20_000, 420),
        ],
    )
    .unwrap();
    let own = shares_of(&shares, "");
    assert_eq!(own.iter().sum::<u32>(), DRAWS);
    assert!(own[1] > 60_000 && own[0] >= 1_310 && own[2] >= 1_310, "{own:?}");
}

#[test]
fn fresh_option_has_a_tenth_until_it_had_its_impressions() {
    let counts = |shown| {
        [
            count("", "a", 20_000, 400),
            count("", "b", 20_000, 300),
            count("", "new", shown, 0),
        ]
    };
    let fresh = learn("hero", &counts(0)).unwrap();
    assert_eq!(shares_of(&fresh, "")[2], 6_553, "a tenth of 65,536, rounded");
    let known = learn("hero", &counts(5_000)).unwrap();
    assert!((1_310..1_320).contains(&shares_of(&known, "")[2]), "the floor");
}

#[test]
fn key_with_few_impressions_leans_on_its_parent() {
    let all = [
        count("desktop", "a", 50_000, 1_000),
        count("desktop", "b", 50_000, 2_000),
    ];
    let few = [count("phone", "a", 1_100, 40), count("phone", "b", 1_100, 36)];
    let shares = learn("hero", &[all, few].concat()).unwrap();
    let alone = learn("hero", &[count("", "a", 1_100, 40), count("", "b", 1_100, 36)]).unwrap();
    assert!(shares_of(&shares, "phone")[1] > shares_of(&alone, "")[1]);
}

#[test]
fn artefact_of_five_options_and_eight_keys_has_at_most_200_bytes() {
    let mut counts = Vec::new();
    for key in ["", "de", "en", "fr", "de/pc", "de/tel", "en/pc", "en/tel"] {
        for (option, answered) in ["warm", "sale", "new", "plain", "gift"]
            .into_iter()
            .zip([300, 320, 310, 290, 305])
        {
            counts.push(count(key, option, 10_000, answered));
        }
    }
    let shares = learn("hero", &counts).unwrap();
    let bytes = shares.write();
    assert!(bytes.len() <= 200, "{} bytes", bytes.len());
    assert_eq!(Shares::read(&bytes), Ok(shares));
}

#[test]
fn counts_that_cannot_be_are_refused() {
    let error = learn("hero", &[count("", "a", 1, 2), count("", "b", 1, 0)]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "option `a`, key ``: 2 answers of 1 impressions: look whether both count the same days"
    );
    assert_eq!(learn("hero", &[count("", "a", 1, 0)]), Err(LearnError::Options(1)));
}

/// 5 options with click rates of 2 to 4 %, 28 batches of 10,000, mean of 20 seeds.
#[test]
fn regret_is_a_part_of_that_of_even_draws() {
    for (reports, most) in [
        (Reports::Exact, 0.17),
        (Reports::Randomized { epsilon: 4.0 }, 0.2),
        (Reports::Randomized { epsilon: 2.0 }, 0.35),
        (Reports::Randomized { epsilon: 1.0 }, 0.55),
    ] {
        let regret = regret(reports, 20);
        assert!(regret > 0.05 && regret <= most, "{reports:?}: {regret}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = Shares::read(&bytes);
        let _ = Shares::read(&[&[1], &*bytes].concat());
    }

    #[test]
    fn whole_shares_add_up(shares in prop::collection::vec(0.01..1.0_f64, 2..20)) {
        let sum: f64 = shares.iter().sum();
        let shares: Vec<f64> = shares.iter().map(|share| share / sum).collect();
        prop_assert_eq!(whole(&shares).iter().sum::<u32>(), DRAWS);
    }
}
