//! What can be wrong with experiments or doubtful in them.

use alloc::format;
use alloc::string::String;

use crate::allocation::{MAX_ARMS, MAX_LAYERS, tag};
use crate::report::MAX_QUESTIONS;

/// Why experiments of a policy are refused, or doubtful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExperimentProblem {
    /// A number that its word cannot have.
    ExperimentNumber {
        /// The word.
        word: &'static str,
        /// What stands there.
        got: String,
        /// What may stand there.
        wanted: &'static str,
    },
    /// A text that is no id.
    BadId(String),
    /// A name of an arm that rules and addresses cannot write.
    BadArm(String),
    /// A second table `[[holdout]]`.
    SecondHoldout,
    /// A layer that no table declares, or none where there are several.
    NoLayer {
        /// What stands there, if anything does.
        layer: Option<String>,
        /// The layers that there are.
        known: String,
    },
    /// Draws of another experiment of the layer that runs at the same time.
    Overlap {
        /// The other experiment.
        other: String,
        /// Its range.
        range: [String; 2],
    },
    /// A unit that there is not.
    NoUnit(String),
    /// A unit that the other experiments of the layer do not have.
    MixedUnits {
        /// The layer.
        layer: String,
        /// The unit of the others.
        unit: &'static str,
    },
    /// A window on a part of the draws.
    PartOfWindow,
    /// Neither arms nor an interleaving, or both.
    NoArms {
        /// Whether both stand there.
        has_both: bool,
    },
    /// Too few or too many arms.
    ArmCount(usize),
    /// An arm with less than one draw.
    NoDraws(String),
    /// An interleaving that is none, or cannot be drawn so.
    BadInterleaving(&'static str),
    /// Something that is not read of orders.
    NoMeasure(String),
    /// Money without a cap.
    NoCap,
    /// A window without blocks or times, or blocks of another unit.
    BadWindow(&'static str),
    /// It ends before it begins.
    EndsEarly,
    /// More combinations of arms than an order may tell.
    TooManyArms(u64),
    /// More layers with experiments than there are draws.
    TooManyLayers(usize),
    /// Two layers that a kept draw could not tell apart.
    LayersAlike(String),
    /// A rule that the policy does not have.
    NoSuchRule {
        /// The arm.
        arm: String,
        /// The rule.
        rule: String,
    },
    /// An arm or a condition on arms that would change what may be shown.
    GuardrailOfArm(String),
    /// An arm that changes an objective, and there is none.
    NoObjective(String),
    /// A strength of a rule that has none.
    NoStrength(String),
    /// A condition on an arm that there is not.
    NoSuchArm {
        /// The rule.
        rule: String,
        /// The arm.
        arm: String,
    },
    /// Experiment or holdout that is over.
    Ended(String),
    /// A change that needs a later engine.
    LaterArm {
        /// The arm.
        arm: String,
        /// The word.
        word: &'static str,
    },
    /// Arms that do the same.
    ArmsAlike {
        /// One arm.
        arm: String,
        /// The other.
        other: String,
    },
    /// A question about an experiment that there is not, or that has no arms to tell.
    NotAsked(String),
    /// A question about an event that visits do not hold.
    NoEvent(String),
    /// More questions than a policy may ask.
    TooManyQuestions(usize),
}

impl ExperimentProblem {
    /// Returns what is the matter, and what to do.
    pub(in crate::policy) fn words(&self) -> (String, &'static str) {
        match self {
            Self::ExperimentNumber { word, got, wanted } => (
                format!("`{word}` of {got} must be {wanted}"),
                "correct the number; see docs/measure.md for what each word takes",
            ),
            Self::BadId(id) => (
                format!("`{id}` is no id: 1 to {} of a–z, 0–9 and -, and not `holdout`", tag::MAX_ID_BYTES),
                "choose another: orders carry it",
            ),
            Self::BadArm(name) => (
                format!("`{name}` is no name of an arm: 1 to {} bytes without a slash", tag::MAX_ID_BYTES),
                "choose another: rules speak of arms as experiment/arm",
            ),
            Self::SecondHoldout => (
                "a second holdout".into(),
                "remove it: one is held out of every layer already",
            ),
            Self::NoLayer {
                layer: Some(layer),
                known,
            } => (
                format!("no layer is called `{layer}`; there is {known}"),
                "add a table [[layer]], or correct the name",
            ),
            Self::NoLayer { layer: None, known } => (
                format!("the experiment names no layer; there is {known}"),
                "add `layer` with one of them",
            ),
            Self::Overlap { other, range } => (
                format!("its draws overlap with those of `{other}`, [{}], in the same layer", range.join(", ")),
                "give it another `range`, a layer of its own, or times in which the other one does not run",
            ),
            Self::NoUnit(name) => (
                format!("no unit is called `{name}`"),
                "take one of page, visit, device, window",
            ),
            Self::MixedUnits { layer, unit } => (
                format!("layer `{layer}` has experiments of unit `{unit}`, and one of another unit could not exclude them"),
                "write the same unit, or give it a layer of its own",
            ),
            Self::PartOfWindow => (
                "a window has one arm for everybody, so it cannot have a part of the draws".into(),
                "remove `range`, and give it a layer of its own",
            ),
            Self::NoArms { has_both: false } => (
                "the experiment has no arms".into(),
                "add arms = [{ name = \"today\", weight = 1 }, …], the one in force first",
            ),
            Self::NoArms { has_both: true } => (
                "`arms` and `interleave` exclude each other".into(),
                "remove one of them",
            ),
            Self::ArmCount(count) => (
                format!("{count} arms; an experiment has 2 to {MAX_ARMS}"),
                "write the one in force first, and at least one more",
            ),
            Self::NoDraws(arm) => (
                format!("arm `{arm}` has less than one of 65,536 draws"),
                "bring the weights closer together, or widen `range`",
            ),
            Self::BadInterleaving(why) => (
                format!("the interleaving {why}"),
                "write such as interleave = [\"today\", \"margin\"] and unit = \"visit\"",
            ),
            Self::NoMeasure(name) => (
                format!("nothing called `{name}` is read, or it stands there already"),
                "take orders, revenue, margin, items, each once",
            ),
            Self::NoCap => (
                "the experiment reads money without a cap: a few large orders would hide any effect, and a cap that is chosen \
                 later makes the intervals wrong"
                    .into(),
                "add cap = AMOUNT, about what one order in a hundred exceeds in the months before",
            ),
            Self::BadWindow(why) => (
                String::from(*why),
                "write unit = \"window\", window = { hours = 6, washout_minutes = 30 }, `from` and `until`",
            ),
            Self::EndsEarly => ("it ends before it begins".into(), "write a later `until`"),
            Self::TooManyArms(states) => (
                format!(
                    "all experiments together have {states} combinations of arms, more than {}: a tag of more than 6 bits \
                     begins to tell shoppers apart",
                    tag::MAX_STATES
                ),
                "put experiments into one layer, or take arms out",
            ),
            Self::TooManyLayers(layers) => (
                format!("{layers} layers with experiments; there are draws for {MAX_LAYERS}"),
                "put experiments into one layer",
            ),
            Self::LayersAlike(layer) => (
                format!("layer `{layer}` has the same 15 bits as another one, and kept draws go by them"),
                "change its name a little",
            ),
            Self::NoSuchRule { arm, rule } => (
                format!("arm `{arm}` changes rule `{rule}`, which the policy does not have"),
                "correct the id, or add the rule",
            ),
            Self::GuardrailOfArm(rule) => (
                format!("rule `{rule}` decides what may be shown, and depends on an arm"),
                "what is hidden is hidden in all arms: try rules that move items, or their strength",
            ),
            Self::NoObjective(arm) => (
                format!("arm `{arm}` changes what the objective may cost, and no rule has an objective"),
                "add a rule with `objective`, for the other arms with may_cost = 0",
            ),
            Self::NoStrength(rule) => (
                format!("rule `{rule}` has no strength that an arm could change"),
                "boost and bury have places, diversify its strength, spread its distance, cap its most",
            ),
            Self::NoSuchArm { rule, arm } => (
                format!("rule `{rule}` depends on arm `{arm}`, which no experiment has"),
                "write it as experiment/arm, such as \"winter-objective/margin\"",
            ),
            Self::Ended(until) => (
                format!("it ended at {until}"),
                "remove it once it has been read, or set a later `until`",
            ),
            Self::LaterArm { arm, word } => (
                format!("arm `{arm}` changes `{word}`, which needs a later engine: with this one it changes nothing"),
                "keep it for later, or remove it",
            ),
            Self::NotAsked(experiment) => (
                format!("a question is about an experiment with up to 31 arms, and there is no experiment `{experiment}` with arms"),
                "correct the id, or declare the experiment; interleavings are not asked about",
            ),
            Self::NoEvent(name) => (
                format!("a visit holds no event `{name}`"),
                "write a GA4 name, such as select_item, select_promotion, add_to_cart or purchase",
            ),
            Self::TooManyQuestions(count) => (
                format!("{count} questions; a policy has at most {MAX_QUESTIONS}"),
                "remove some: each visit answers one of them, and each needs about 100,000 reports",
            ),
            Self::ArmsAlike { arm, other } => (
                format!("arms `{arm}` and `{other}` do the same"),
                "say what the arm changes: `objective`, `strengths`, `on`, `off`, or a rule with when = { arm = … }",
            ),
        }
    }
}
