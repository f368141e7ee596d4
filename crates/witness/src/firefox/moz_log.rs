//! Firefox's `MOZ_LOG`: names that it looks up, and addresses that its sockets try.
//!
//! A line is `2026-03-01 10:00:00.123456 UTC - [Parent 7: Socket Thread]: D/nsHostResolver Resolving host [shop.example]…`.

use std::io::{self, BufRead};

use shelfwise_audit::observed::{Lookup, Recording, Socket, Transport, Witness};

use crate::own_traffic;

/// Before the name of a host.
const LOOKUP: &str = "NameLookup host:";
/// Before an address.
const ADDRESS: &str = "trying address: ";
/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;

/// Adds the lines that say something of names and addresses.
///
/// # Errors
/// If the log cannot be read.
pub fn keep(mut log: impl BufRead, kept: &mut String) -> io::Result<()> {
    let mut line = Vec::new();
    while log.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        if [LOOKUP, ADDRESS].iter().any(|mark| text.contains(mark)) {
            *kept += text.trim_end();
            kept.push('\n');
        }
        line.clear();
    }
    Ok(())
}

/// Reads the log. What it does not know it passes over.
pub fn parse(text: &str) -> Recording {
    let mut found = Recording::default();
    for line in text.lines() {
        let at_ms = time(line).unwrap_or_default();
        if let Some(host) = after(line, LOOKUP) {
            let own_traffic = own_traffic::of_firefox(host).map(str::to_owned);
            if host.parse::<std::net::IpAddr>().is_err() && host != "localhost" {
                found.lookups.push(Lookup {
                    witness: Witness::NetLog,
                    at_ms,
                    host: host.to_owned(),
                    own_traffic,
                });
            }
        } else if let Some(address) = after(line, ADDRESS) {
            // Everything that may leave goes to the sink, on this machine.
            let is_here = address
                .trim_matches(['[', ']'])
                .parse()
                .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
            if !is_here {
                let address = address.to_owned();
                found.sockets.push(Socket {
                    witness: Witness::NetLog,
                    at_ms,
                    transport: Transport::Tcp,
                    address,
                    own_traffic: None,
                });
            }
        }
    }
    found
}

/// The word after a mark.
fn after<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(mark)?;
    rest.split_whitespace().next()
}

/// Milliseconds since 1970 of the time at the line's beginning.
fn time(line: &str) -> Option<u64> {
    let (day, rest) = line.split_once(' ')?;
    let (time, _) = rest.split_once(' ')?;
    let number = |text: Option<&str>| text?.parse::<u64>().ok();
    let mut date = day.split('-');
    let (year, month, day) = (number(date.next())?, number(date.next())?, number(date.next())?);
    let (clock, fraction) = time.split_once('.')?;
    let mut clock = clock.split(':');
    let (hours, minutes, seconds) = (number(clock.next())?, number(clock.next())?, number(clock.next())?);
    let milliseconds = number(fraction.get(..3))?;
    Some(days(year, month, day)? * DAY_MS + ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds)
}

/// Days since 1970, by <https://howardhinnant.github.io/date_algorithms.html#days_from_civil> for years from 1970 on.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years begin in March, so that the leap day is their last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * month + 2) / 5 + day - 1;
    (era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year).checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookups_and_direct_connections_are_found_with_their_time() {
        let text = "2026-11-29 22:29:36.509602 UTC - [Parent 5710: Main Thread]: D/nsHostResolver NameLookup host:stun.example af:2\n\
            2026-11-29 22:29:36.600000 UTC - [Parent 5710: Main Thread]: D/nsHostResolver NameLookup host:127.0.0.1 af:2\n\
            2026-11-29 22:39:22.613929 UTC - [Parent 26738: Socket Thread]: D/nsSocketTransport   trying address: 127.0.0.1\n\
            2026-11-29 22:39:23.613929 UTC - [Parent 26738: Socket Thread]: D/nsSocketTransport   trying address: 192.0.2.7\n";
        let found = parse(text);
        assert_eq!(found.lookups.len(), 1);
        assert_eq!(
            (found.lookups[0].host.as_str(), found.lookups[0].at_ms),
            ("stun.example", 1_795_991_376_509)
        );
        assert_eq!(
            found
                .sockets
                .iter()
                .map(|socket| socket.address.as_str())
                .collect::<Vec<_>>(),
            ["192.0.2.7"]
        );
    }

    #[test]
    fn kept_lines_are_those_of_names_and_addresses_whatever_their_bytes() {
        let log = b"D/nsSocketTransport   active [0]\nD/nsHostResolver NameLookup host:\xffa.example af:2\r\n\
            D/nsSocketTransport     timeout = 7\nD/nsSocketTransport   trying address: 192.0.2.7";
        let mut kept = String::new();
        keep(&log[..], &mut kept).unwrap();
        assert_eq!(
            kept,
            "D/nsHostResolver NameLookup host:\u{fffd}a.example af:2\nD/nsSocketTransport   trying address: 192.0.2.7\n"
        );
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(
            (days(1970, 1, 1), days(2000, 3, 1), days(2026, 11, 29)),
            (Some(0), Some(11_017), Some(20_786))
        );
        assert_eq!(days(1969, 12, 31), None);
    }
}
