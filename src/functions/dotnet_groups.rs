//! What the groups of a .NET pattern are called, and where each is found in a match.

/// The groups of a pattern by number and name, each with its places in the engine.
#[derive(Debug, Default)]
pub(crate) struct Groups(Vec<Group>);

#[derive(Debug)]
struct Group {
    number: usize,
    name: Option<String>,
    places: Vec<usize>,
}

impl Groups {
    /// The places of a group by its name, or by its number in digits.
    pub fn named(&self, name: &str) -> Option<&[usize]> {
        let group = self.0.iter().find(|group| group.name.as_deref() == Some(name));
        match group {
            Some(group) => Some(&group.places),
            None => self.numbered(name.parse().ok()?),
        }
    }

    /// The places of a group by its number; 0 is the whole match.
    pub fn numbered(&self, number: usize) -> Option<&[usize]> {
        if number == 0 {
            return Some(&[0]);
        }
        self.0.iter().find(|group| group.number == number).map(|group| group.places.as_slice())
    }

    /// The places of the group with the highest number.
    pub fn last(&self) -> &[usize] {
        self.0.iter().max_by_key(|group| group.number).map_or(&[0], |group| &group.places)
    }

    /// Groups without a name are numbered first, then those with one, in the order of the pattern.
    pub(super) fn of(captures: Vec<Capture>) -> Groups {
        let mut groups = Groups::default();
        let mut unnamed = 0;
        for (at, capture) in captures.iter().enumerate() {
            let number = match capture {
                Capture::Unnamed => {
                    unnamed += 1;
                    unnamed
                }
                Capture::Numbered(number) => *number,
                Capture::Named(_) => continue,
            };
            match groups.0.iter_mut().find(|group| group.number == number) {
                Some(group) => group.places.push(at + 1),
                None => groups.0.push(Group { number, name: None, places: vec![at + 1] }),
            }
        }
        let mut next = unnamed + 1;
        for (at, capture) in captures.into_iter().enumerate() {
            let Capture::Named(name) = capture else { continue };
            match groups.0.iter_mut().find(|group| group.name.as_ref() == Some(&name)) {
                Some(group) => group.places.push(at + 1),
                None => {
                    while groups.numbered(next).is_some() {
                        next += 1;
                    }
                    groups.0.push(Group { number: next, name: Some(name), places: vec![at + 1] });
                }
            }
        }
        groups
    }
}

/// A group as the pattern writes it.
pub(super) enum Capture {
    Unnamed,
    Named(String),
    Numbered(usize),
}
