//! Who stands behind a count: distinct people, as the support floor counts them.

/// Distinct supporters of something, told one after another by rising person.
///
/// Sessions without a person come last, as [`nobody`](shelfwise_intake::log::Log::nobody). They count as one
/// supporter where no known person stands behind the thing, and add nothing where one does: whoever came anonymously
/// may be one of those who are known.
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
    /// One more than the last person.
    last: u32,
}

impl Supporters {
    /// Counts a person once, however often they come. Returns whether this is their first time.
    pub fn add(&mut self, person: u32, nobody: Option<u32>) -> bool {
        let new = self.last != person + 1;
        self.last = person + 1;
        self.count += u32::from(new && (self.count == 0 || nobody != Some(person)));
        new
    }

    /// How many there are.
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
    fn people_who_come_again_count_once() {
        assert_eq!(count(&[0, 0, 3, 3, 3], None), 2);
    }

    #[test]
    fn sessions_without_a_person_add_nothing_to_known_people() {
        assert_eq!(
            count(&[0, 9, 9], Some(9)),
            1,
            "one person, logged in once and anonymous twice"
        );
        assert_eq!(count(&[9, 9, 9], Some(9)), 1, "anonymous only");
        assert_eq!(count(&[0, 1, 9], Some(9)), 2);
    }
}
