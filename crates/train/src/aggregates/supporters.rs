//! Counts distinct supporters, as the support floor does.

/// Distinct supporters, added in order of increasing person.
///
/// Sessions without a person come last, as [`nobody`](shelfwise_intake::log::Log::nobody). They count as one supporter
/// if there is no known person, and add nothing otherwise: an anonymous visitor may be one of the known people.
///
/// ```
/// use shelfwise_train::aggregates::supporters::Supporters;
///
/// let mut tea = Supporters::default();
/// for person in [0, 0, 3] {
///     tea.add(person, None);
/// }
/// assert_eq!(tea.count(), 2);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Supporters {
    count: u32,
    /// One more than the last person added.
    last: u32,
}

impl Supporters {
    /// Counts a person once, however often they are added. Returns whether the person is new.
    pub fn add(&mut self, person: u32, nobody: Option<u32>) -> bool {
        let new = self.last != person + 1;
        self.last = person + 1;
        self.count += u32::from(new && (self.count == 0 || nobody != Some(person)));
        new
    }

    /// Returns the number of supporters.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(people: &[u32], nobody: Option<u32>) -> u32 {
        let mut supporters = Supporters::default();
        people.iter().for_each(|person| _ = supporters.add(*person, nobody));
        supporters.count()
    }

    #[test]
    fn supporters_returning_people_count_once() {
        assert_eq!(count(&[0, 0, 3, 3, 3], None), 2);
    }

    #[test]
    fn supporters_anonymous_sessions_add_nothing_to_known_people() {
        assert_eq!(
            count(&[0, 9, 9], Some(9)),
            1,
            "one person, logged in once and anonymous twice"
        );
        assert_eq!(count(&[9, 9, 9], Some(9)), 1, "anonymous only");
        assert_eq!(count(&[0, 1, 9], Some(9)), 2);
    }
}
