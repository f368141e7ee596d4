//! Constants of signed releases: how the page numbers messages to the release's module, and which files it may ask for.

use serde_json::{Map, Value, json};
use shelfwise_sync::{Artefact, Blob, FetchError, Kind, layout};
use shelfwise_web_release::Message;

/// Name, value and what it is, of each constant.
pub fn constants() -> [(&'static str, &'static str, Value); 5] {
    [
        (
            "RELEASE_MESSAGES",
            "Kinds of messages to the release's module, by number.",
            messages(),
        ),
        (
            "RELEASE_FILES",
            "Files that a look may ask for: number in the record, and ending of the name.",
            files(),
        ),
        (
            "RECORD_PATH",
            "The name of a release's record.",
            layout::RECORD_PATH.into(),
        ),
        (
            "MAX_RECORD_BYTES",
            "The most bytes of a release's record.",
            (layout::MAX_RECORD_BYTES as u64).into(),
        ),
        (
            "MAX_SNAPSHOT_BYTES",
            "The most bytes of a snapshot in a release.",
            layout::MAX_SNAPSHOT_BYTES.into(),
        ),
    ]
}

fn messages() -> Value {
    let numbered = (0..).map_while(|number| Some((name(Message::from_number(number)?), number.into())));
    Value::Object(
        numbered
            .map(|(name, number): (&str, Value)| (name.to_owned(), number))
            .collect(),
    )
}

/// Names as the package's error codes are, where there is one.
const fn name(message: Message) -> &'static str {
    match message {
        Message::Begin => "begin",
        Message::Received => "received",
        Message::Failed(FetchError::Unreachable) => "unreachable",
        Message::Failed(FetchError::Missing) => "not_found",
        Message::Failed(FetchError::TooLong) => "too_large",
    }
}

fn files() -> Value {
    let mut files = Map::new();
    for kind in [Kind::SNAPSHOT, Kind::POLICY, Kind::HIDDEN, Kind::FACTS] {
        let path = Artefact::whole(
            kind,
            Blob {
                sha256: [0; 32],
                bytes: 0,
            },
        )
        .path();
        if let (Some((name, _)), Some((_, ending))) = (path.split_once('-'), path.split_once('.')) {
            files.insert(name.to_owned(), json!([kind.0, ending]));
        }
    }
    Value::Object(files)
}

#[cfg(test)]
mod tests {
    use shelfwise_sync::{Defect, Outcome, Part, Reason};
    use shelfwise_web_release::Verdict;

    use super::*;
    use crate::messages::ReleaseOutcome;
    use crate::shape::{Kind as ShapeKind, Shape};

    #[test]
    fn messages_have_distinct_numbers_from_0() {
        assert_eq!(
            messages(),
            json!({ "begin": 0, "received": 1, "unreachable": 2, "not_found": 3, "too_large": 4 })
        );
    }

    #[test]
    fn outcomes_equal_those_of_the_verifier() {
        let reason = Reason {
            part: Part::Release,
            defect: Defect::Damaged,
        };
        let ends = [
            Outcome::New,
            Outcome::Unchanged,
            Outcome::Kept(reason),
            Outcome::StoreOrder(reason),
        ];
        let ends = ends.map(|end| Verdict::ended(&end, 0, 0, &[]).outcome);
        let spoken = [
            &ends[..],
            &[Verdict::bad_keys().outcome, Verdict::bad_message().outcome],
        ]
        .concat();
        let ShapeKind::Words(words) = Shape::of::<ReleaseOutcome>().unwrap().kind else {
            panic!("outcomes are words");
        };
        assert_eq!(words.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>(), spoken);
    }

    #[test]
    fn files_are_named_as_the_record_names_them() {
        assert_eq!(
            files(),
            json!({ "snapshot": [0, "swm"], "policy": [1, "swp"], "hidden": [2, "json"], "facts": [3, "swf"] })
        );
    }
}
