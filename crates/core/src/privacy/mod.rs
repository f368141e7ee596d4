//! Privacy: what may be known of a shopper in which mode, and the one table of what is stored or exported of them.
//!
//! Nothing else in this crate has a serialized form of behaviour. A visit that is kept from page to page is written
//! and read here, so is the memory of earlier visits, and what a shopper is shown of both.

mod kept;
mod mode;
mod profile;
mod remembered;
mod table;

pub use kept::{KeptError, MAX_KEPT_BYTES};
pub use mode::{Mode, ModeError};
pub use profile::{KeptDraw, LastItem, Mute, Profile, Remembered};
pub use remembered::{FACTS_SECTION, MAX_MEMORY_BYTES, MEMORY_HEAD_BYTES, MEMORY_VERSION, MemoryError};
pub use table::{Kept, KeptFact, Lifetime, MuteKind, Place, Row, TABLE};

pub(crate) use kept::{Drawn, decode, encode};
pub(crate) use profile::profile;
pub(crate) use remembered::{decode as decode_memory, encode as encode_memory};

/// Behaviour has no serialized form but the one that is written here: this compiles only as long as none of these
/// types has serde's.
mod unserialized {
    use serde::Serialize;

    use crate::explain::score_trace::ScoreTrace;
    use crate::explain::slate_history::SlateHistory;
    use crate::request::Request;
    use crate::value::Value;
    use crate::visit::Visit;
    use crate::visit::memory::{Fact, Grant, Memory};
    use crate::visit::session::{Event, Session};

    /// For a type with `Serialize` there are two answers, and the compiler refuses to choose.
    trait Answers<Which> {
        fn answer() {}
    }

    struct ForEveryType;
    struct ForSerialize;

    impl<T> Answers<ForEveryType> for T {}
    impl<T: Serialize> Answers<ForSerialize> for T {}

    const _: [fn(); 10] = [
        <Event as Answers<_>>::answer,
        <Session as Answers<_>>::answer,
        <Visit as Answers<_>>::answer,
        <Memory as Answers<_>>::answer,
        <Grant as Answers<_>>::answer,
        <Fact as Answers<_>>::answer,
        <SlateHistory as Answers<_>>::answer,
        <Request as Answers<_>>::answer,
        <ScoreTrace as Answers<_>>::answer,
        <Value as Answers<_>>::answer,
    ];
}
