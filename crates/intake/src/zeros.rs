//! Decides whether a `0` is an id or a placeholder, once all rows are known.

use super::gather::{Gather, UNKNOWN_PERSON};
use super::placeholder::{ZEROS, is_stand_in};

/// Removes zeros that are placeholders from the items and people of a log.
///
/// Costs a pass over the rows if there is a zero, and nothing otherwise.
pub(super) fn remove_placeholders(gather: &mut Gather<'_>, known_items: &[String]) {
    for zero in ZEROS {
        remove_item_placeholder(gather, zero, known_items);
        remove_person_placeholder(gather, zero);
    }
}

fn remove_item_placeholder(gather: &mut Gather<'_>, zero: &[u8], known: &[String]) {
    let Some(number) = gather.items.number(zero) else {
        return;
    };
    if known.iter().any(|id| id.as_bytes() == zero) {
        return;
    }
    let counts = count(&gather.rows.item, gather.items.len());
    let rows = counts[number as usize];
    let items = &gather.items;
    if rows == 0
        || !is_stand_in(
            rows,
            others(&counts, number).map(|(item, rows)| (items.get(item), rows)),
        )
    {
        return;
    }
    let item = gather.rows.item.clone();
    gather.rows.retain(|row| item[row] != number);
    gather.dropped.placeholder_items += rows;
    gather.count_placeholder("item", zero, rows);
}

/// Removes the person from sessions of a placeholder; in a log without session keys the rows become anonymous.
fn remove_person_placeholder(gather: &mut Gather<'_>, zero: &[u8]) {
    let Some(number) = gather.people.number(zero) else {
        return;
    };
    let person_of = gather.person_of.clone();
    let people: Vec<u32> = gather
        .rows
        .session
        .iter()
        .map(|&session| person_of[session as usize])
        .collect();
    let counts = count(&people, gather.people.len());
    let rows = counts[number as usize];
    let ids = &gather.people;
    if rows == 0
        || !is_stand_in(
            rows,
            others(&counts, number).map(|(person, rows)| (ids.get(person), rows)),
        )
    {
        return;
    }
    if gather.has_sessions {
        for person in gather.person_of.iter_mut().filter(|person| **person == number) {
            *person = UNKNOWN_PERSON;
        }
    }
    let idle = gather.idle.clone();
    let sessions = gather.rows.session.clone();
    let has_sessions = gather.has_sessions;
    let before = sessions.len();
    gather
        .rows
        .retain(|row| people[row] != number || has_sessions && !idle.contains(&sessions[row]));
    gather.dropped.without_key += (before - gather.rows.session.len()) as u64;
    gather.count_placeholder("person", zero, rows);
}

fn count(numbers: &[u32], distinct: usize) -> Vec<u64> {
    let mut counts = vec![0; distinct];
    for &number in numbers {
        if let Some(count) = counts.get_mut(number as usize) {
            *count += 1;
        }
    }
    counts
}

fn others(counts: &[u64], zero: u32) -> impl Iterator<Item = (u32, u64)> {
    let all = (0..).zip(counts.iter().copied());
    all.filter(move |&(number, rows)| number != zero && rows > 0)
}
