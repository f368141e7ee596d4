//! Choosing content: of the options of a placement, those that may be shown, in the order of affinity × share.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Engine, RankingRequest, Recommend, basis};
use crate::allocation::ArmId;
use crate::candidates::CatalogCandidates;
use crate::content::{Affinity, Content, ContentKind, derived, pick};
use crate::explain::reason::Reason;
use crate::policy::{PolicyContext, RuleSet, Selector};
use crate::rank::ranking::in_order;
use crate::slate::Basis;
use crate::snapshot::Snapshot;
use crate::visit::context::Context;
use crate::visit::session::Session;
use crate::visit::signal::signals;

/// The name by which visits that see no offer are drawn. Changing it draws others.
const HOLDOUT: &str = "offers";

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// A request for content.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChoiceRequest<'a> {
    /// Where it is shown.
    pub placement: &'a str,
    /// The page's own facts.
    pub context: Context<'a>,
    /// How many options at most.
    pub limit: usize,
    /// Now, in milliseconds since 1970, by the host's clock.
    pub now_ms: i64,
    /// Arms of experiments that are in force.
    pub arms: &'a [ArmId],
    /// The visit's draw, as even as the host can make it. Without one nothing is drawn: the option of the highest weight comes
    /// first, each with its first text, and no visit is held out.
    pub draw: Option<u16>,
}

/// What a placement shows of the shop's content, first first.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What the order rests on.
    pub basis: Basis,
    /// Whether this visit is one of those that see no offer.
    pub held_out: bool,
    /// The options.
    pub content: Vec<ChosenContent>,
}

/// One option that is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ChosenContent {
    /// The option's id.
    pub id: String,
    /// What it is.
    pub kind: ContentKind,
    /// Which of its copy variants, from 0.
    pub variant: u32,
    /// The texts of that variant by name, with the facts that they speak of.
    pub texts: Vec<(String, String)>,
    /// When it ends, in milliseconds since 1970.
    pub until_ms: Option<i64>,
    /// How probable it was to be drawn here, of the options that were left; `None` where it was not drawn.
    pub propensity: Option<f32>,
    /// What the shopper did that it goes with, if anything.
    pub reason: Option<Reason>,
}

/// An option that may be shown.
struct Open<'e> {
    option: &'e Content,
    /// Its variants whose facts are known, each with its number.
    variants: Vec<(u32, Vec<(String, String)>)>,
    weight: u32,
}

impl Choice {
    /// The choice where no engine has a say.
    pub const NONE: Self = Self {
        basis: Basis::ShopOrder,
        held_out: false,
        content: Vec::new(),
    };
}

impl<B: AsRef<[u8]>> Engine<B> {
    /// Chooses among the options of a placement: weight is share × affinity, halved by each showing that was passed over; an
    /// option that a cap, its rest, a time, a rule or the shopper leaves out has none.
    ///
    /// With a draw the first place goes to an option by its part of all weight, and so on; without one, and where modules or
    /// entries of a menu are among them, by weight. Among equals the policy's first comes first: the same request and draw
    /// give the same bytes everywhere. Costs the scoring of the signals, and options × items with a score.
    ///
    /// ```
    /// # use shelfwise_core::{ChoiceRequest, Engine, EventKind, Session, Snapshot, example};
    /// # use shelfwise_core::policy::PolicySource;
    /// let policy = toml::from_str::<PolicySource>(r#"
    ///     placement = [{ name = "hero" }]
    ///     content = [
    ///         { id = "spring", kind = "banner", placements = ["hero"], texts = { title = "Spring" } },
    ///         { id = "breakfast", kind = "banner", placements = ["hero"], about = { items = ["butter", "jam"] }, texts = { title = "Breakfast" } },
    ///     ]
    /// "#)?.check()?;
    /// let mut engine = Engine::new(Snapshot::open(example::corner_shop().build()?)?, policy);
    /// let request = ChoiceRequest { placement: "hero", limit: 1, ..ChoiceRequest::default() };
    /// let mut session = Session::new();
    /// assert_eq!(engine.choose(&session, &request).content[0].id, "spring");
    ///
    /// session.apply(EventKind::ViewItem, "bread", 0)?;
    /// let chosen = engine.choose(&session, &request).content.remove(0);
    /// assert_eq!(chosen.id, "breakfast");
    /// assert_eq!(chosen.reason.unwrap().evidence.as_deref(), Some("bread"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn choose(&mut self, session: &Session, request: &ChoiceRequest<'_>) -> Choice {
        let Self {
            snapshot,
            rules,
            ranking,
            ..
        } = self;
        let snapshot = &*snapshot;
        let (context, now_ms) = (&request.context, request.now_ms);
        let signals = signals(snapshot, session, context, now_ms, None);
        let recommend = Recommend {
            placement: request.placement,
            context: *context,
            sold_out: &[],
            limit: request.limit,
            now_ms,
            arms: request.arms,
        };
        let in_force = RankingRequest::Recommend(&recommend).rules(rules, snapshot, session, &signals);
        let set = &rules.policy().content;
        let held_out = request.draw.is_some_and(|draw| derived(draw, HOLDOUT) < set.holdout);
        let affinity = Affinity::new(snapshot, ranking.scores_mut(), context, &signals);
        let mut open = Vec::new();
        for option in &set.options {
            let is_withheld = held_out && option.kind == ContentKind::Offer;
            if is_withheld || !may_show(option, &in_force, snapshot) {
                continue;
            }
            let variants = known_variants(option, rules, snapshot);
            let mut weight = u32::from(option.share) * affinity.tilt(option);
            if option.kind.takes_turns() {
                weight = (weight >> session.showings(&option.id, now_ms).halvings(now_ms)).max(1);
            }
            if !variants.is_empty() {
                open.push(Open {
                    option,
                    variants,
                    weight,
                });
            }
        }
        let mut content = Vec::new();
        for (open, propensity) in in_turn(open, request) {
            content.push(ChosenContent {
                reason: affinity.reason(open.option),
                propensity,
                ..open.chosen(request.draw)
            });
        }
        let is_known = signals.iter().any(|signal| signal.index.is_some());
        Choice {
            basis: match context.category {
                _ if is_known => basis(&signals),
                Some(_) => Basis::Context,
                None => Basis::ShopOrder,
            },
            held_out,
            content,
        }
    }
}

impl Open<'_> {
    /// The option with one of its variants: each is as probable as the others.
    fn chosen(mut self, draw: Option<u16>) -> ChosenContent {
        let even: Vec<u32> = self.variants.iter().map(|_| 1).collect();
        let at = draw
            .and_then(|draw| pick(derived(draw, &self.option.id), &even))
            .unwrap_or(0);
        // There is one at least: options without any are not open.
        let (variant, texts) = self.variants.swap_remove(at);
        ChosenContent {
            id: self.option.id.clone(),
            kind: self.option.kind,
            variant,
            texts,
            until_ms: self.option.condition.until_ms,
            propensity: None,
            reason: None,
        }
    }
}

/// Returns whether the option may be shown here and now.
fn may_show<B: AsRef<[u8]>>(option: &Content, rules: &PolicyContext<'_, '_>, snapshot: &Snapshot<B>) -> bool {
    let occasion = &rules.occasion;
    let (session, now_ms) = (occasion.session, occasion.now_ms);
    let is_here = option.placements.iter().any(|name| name == occasion.placement);
    if !is_here || !option.condition.holds_on(occasion) || session.is_hidden(&option.id, now_ms) {
        return false;
    }
    let shown = session.showings(&option.id, now_ms);
    let is_capped = option.at_most_per_visit > 0 && shown.times >= option.at_most_per_visit;
    let rest_ms = i64::from(option.rest_min) * MINUTE_MS;
    if is_capped || shown.age_ms(now_ms).is_some_and(|age| age < rest_ms) {
        return false;
    }
    let shelf = CatalogCandidates::new(snapshot, &[]);
    let mut about = option.about.iter();
    let is_admitted = |what: &Selector| match what {
        Selector::Item(id) => rules.verdict(shelf.candidate(id)).is_none(),
        Selector::Category(path) => !rules.hides_all(Some(path), None),
        Selector::Brand(name) => !rules.hides_all(None, Some(name)),
    };
    option.about.is_empty() || about.any(is_admitted)
}

/// Returns the variants whose facts are known, with their numbers.
fn known_variants<B: AsRef<[u8]>>(
    option: &Content,
    rules: &RuleSet,
    snapshot: &Snapshot<B>,
) -> Vec<(u32, Vec<(String, String)>)> {
    let item = option.about.iter().find_map(|what| match what {
        Selector::Item(id) => snapshot.ids().index_of(id),
        _ => None,
    });
    let fact = |name: &str| rules.fact(name, item?);
    let mut known = Vec::new();
    for (number, variant) in (0..).zip(&option.variants) {
        let texts: Option<Vec<_>> = variant
            .iter()
            .map(|(name, text)| Some((name.clone(), crate::content::filled(text, &fact)?)))
            .collect();
        known.extend(texts.map(|texts| (number, texts)));
    }
    known
}

/// Returns the options that are shown, first first, each with the probability with which it was drawn.
fn in_turn<'e>(mut open: Vec<Open<'e>>, request: &ChoiceRequest<'_>) -> Vec<(Open<'e>, Option<f32>)> {
    let draws = open.iter().all(|open| open.option.kind.takes_turns());
    let mut draw = request.draw.filter(|_| draws);
    let mut chosen = Vec::new();
    while chosen.len() < request.limit && !open.is_empty() {
        draw = draw.map(|draw| derived(draw, request.placement));
        let weights: Vec<u32> = open.iter().map(|open| open.weight).collect();
        let best = || {
            in_order(weights.iter().map(|weight| *weight as f32).collect())
                .pop()
                .map(|best| best.place as usize)
        };
        let drawn = draw.and_then(|draw| pick(draw, &weights));
        let Some(place) = drawn.or_else(best) else { break };
        let total: u32 = weights.iter().sum();
        let option = open.remove(place);
        let propensity = drawn.map(|_| option.weight as f32 / total as f32);
        chosen.push((option, propensity));
    }
    chosen
}
