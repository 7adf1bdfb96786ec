//! Sets of situations. A situation gives each variable that tables ask for one of its classes; a set of them is a decision
//! diagram: at each node the classes of one variable, in groups, each with the set of what may follow. Equal sets are one
//! node, so that a set takes as little as its shape, not as much as it holds.

use smallvec::SmallVec;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::rc::Rc;

/// Some of the classes of a variable, any number of them. Few variables have many classes, so that most sets are one word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Classes {
    /// All of them are below 128.
    Few(u128),
    /// At least one is not; the last word is not zero.
    Many(Rc<[u128]>),
}

const WORD: usize = 128;

impl Default for Classes {
    fn default() -> Self {
        Classes::Few(0)
    }
}

impl Classes {
    /// The first so many.
    pub fn first(count: usize) -> Classes {
        (0..count).collect()
    }

    fn words(&self) -> &[u128] {
        match self {
            Classes::Few(word) => std::slice::from_ref(word),
            Classes::Many(words) => words,
        }
    }

    /// Equal sets are equal words, so that none ends with zeros.
    fn of_words(mut words: Vec<u128>) -> Classes {
        while words.len() > 1 && words.last() == Some(&0) {
            words.pop();
        }
        match &*words {
            [] => Classes::default(),
            [word] => Classes::Few(*word),
            _ => Classes::Many(words.into()),
        }
    }

    pub fn contains(&self, class: usize) -> bool {
        self.words().get(class / WORD).is_some_and(|word| word & (1 << (class % WORD)) != 0)
    }

    pub fn is_empty(&self) -> bool {
        matches!(self, Classes::Few(0))
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> {
        let bits = |word: u128| {
            let mut left = word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(bit)
            })
        };
        self.words().iter().enumerate().flat_map(move |(at, word)| bits(*word).map(move |bit| at * WORD + bit))
    }

    fn combined(&self, other: &Classes, with: impl Fn(u128, u128) -> u128) -> Classes {
        if let (Classes::Few(one), Classes::Few(other)) = (self, other) {
            return Classes::Few(with(*one, *other));
        }
        let (ones, others) = (self.words(), other.words());
        let word = |words: &[u128], at: usize| words.get(at).copied().unwrap_or(0);
        Classes::of_words((0..ones.len().max(others.len())).map(|at| with(word(ones, at), word(others, at))).collect())
    }

    pub fn both(&self, other: &Classes) -> Classes {
        self.combined(other, |one, other| one & other)
    }

    pub fn either(&self, other: &Classes) -> Classes {
        self.combined(other, |one, other| one | other)
    }

    pub fn without(&self, other: &Classes) -> Classes {
        self.combined(other, |one, other| one & !other)
    }
}

impl FromIterator<usize> for Classes {
    fn from_iter<I: IntoIterator<Item = usize>>(classes: I) -> Self {
        let mut first = 0;
        let mut words: Vec<u128> = Vec::new();
        for class in classes {
            if class < WORD {
                first |= 1 << class;
                continue;
            }
            if words.len() <= class / WORD {
                words.resize(class / WORD + 1, 0);
            }
            words[class / WORD] |= 1 << (class % WORD);
        }
        match words.first_mut() {
            None => Classes::Few(first),
            Some(word) => {
                *word = first;
                Classes::of_words(words)
            }
        }
    }
}

/// A set of situations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Set(u32);

impl Set {
    /// None.
    pub const EMPTY: Set = Set(0);
    /// All.
    pub const ALL: Set = Set(1);

    pub fn is_empty(self) -> bool {
        self == Set::EMPTY
    }
}

/// A diagram grew past its limit, so that a question has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// The classes of one variable, in groups with what may follow each; classes in no group lead nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Node {
    variable: usize,
    groups: Rc<[(Classes, Set)]>,
}

/// Groups that are put together; most nodes have few.
type Groups = SmallVec<[(Classes, Set); 4]>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Operation {
    Both,
    Either,
    Without,
}

/// The variables, and all sets that were made over them.
#[derive(Debug)]
pub(crate) struct Situations {
    /// The classes that each variable has.
    all: Vec<Classes>,
    nodes: Vec<Node>,
    known: HashMap<Node, Set, foldhash::fast::FixedState>,
    done: HashMap<(Operation, Set, Set), Set, foldhash::fast::FixedState>,
    limit: usize,
}

impl Situations {
    /// Situations of variables with so many classes each; sets of more than `limit` nodes in all are not made.
    pub fn new(classes: Vec<usize>, limit: usize) -> Self {
        let terminal = |variable| Node { variable, groups: Rc::new([]) };
        let nodes = vec![terminal(usize::MAX), terminal(usize::MAX)];
        Situations {
            all: classes.into_iter().map(Classes::first).collect(),
            nodes,
            known: HashMap::default(),
            done: HashMap::default(),
            limit,
        }
    }

    /// Those in which a variable has one of some classes.
    pub fn of(&mut self, variable: usize, classes: &Classes) -> Result<Set, TooLarge> {
        self.node(variable, [(classes.clone(), Set::ALL)])
    }

    pub fn both(&mut self, one: Set, other: Set) -> Result<Set, TooLarge> {
        self.combined(Operation::Both, one, other)
    }

    pub fn either(&mut self, one: Set, other: Set) -> Result<Set, TooLarge> {
        self.combined(Operation::Either, one, other)
    }

    pub fn without(&mut self, one: Set, other: Set) -> Result<Set, TooLarge> {
        self.combined(Operation::Without, one, other)
    }

    /// What situations become when a variable goes from each of its classes to some others.
    pub fn moved(&mut self, set: Set, variable: usize, to: &dyn Fn(usize) -> Classes) -> Result<Set, TooLarge> {
        self.moved_once(set, variable, to, &mut HashMap::default())
    }

    fn moved_once(
        &mut self,
        set: Set,
        variable: usize,
        to: &dyn Fn(usize) -> Classes,
        done: &mut HashMap<Set, Set, foldhash::fast::FixedState>,
    ) -> Result<Set, TooLarge> {
        if set.is_empty() {
            return Ok(set);
        }
        if let Some(known) = done.get(&set) {
            return Ok(*known);
        }
        let at = self.variable(set);
        let reached = |classes: &Classes| classes.iter().fold(Classes::default(), |all, class| all.either(&to(class)));
        let moved = if at > variable {
            let reached = reached(&self.all[variable]);
            self.node(variable, [(reached, set)])?
        } else {
            let groups = Rc::clone(&self.nodes[set.0 as usize].groups);
            if at < variable {
                let mut moved = Groups::new();
                for (classes, then) in groups.iter() {
                    moved.push((classes.clone(), self.moved_once(*then, variable, to, done)?));
                }
                self.node(at, moved)?
            } else {
                let mut all = Set::EMPTY;
                for (classes, then) in groups.iter() {
                    let moved = self.node(variable, [(reached(classes), *then)])?;
                    all = self.either(all, moved)?;
                }
                all
            }
        };
        done.insert(set, moved);
        Ok(moved)
    }

    /// The situations, the cheapest first: for the variables that matter their classes. The others cost nothing.
    pub fn cheapest<'s>(&'s self, set: Set, cost: &'s dyn Fn(usize, usize) -> usize) -> impl Iterator<Item = Vec<(usize, usize)>> + 's {
        let mut known = HashMap::default();
        let mut open = BinaryHeap::new();
        if !set.is_empty() {
            open.push((Reverse(self.least(set, cost, &mut known)), 0, Reverse(Vec::new()), 0, set));
        }
        std::iter::from_fn(move || {
            // Of ways that cost the same that which is longest goes on.
            while let Some((_, length, Reverse(picked), spent, set)) = open.pop() {
                if set == Set::ALL {
                    return Some(picked);
                }
                let variable = self.variable(set);
                for (classes, then) in self.nodes[set.0 as usize].groups.iter() {
                    for class in classes.iter() {
                        let spent = spent + cost(variable, class);
                        let in_all = spent + self.least(*then, cost, &mut known);
                        let picked: Vec<(usize, usize)> = picked.iter().copied().chain([(variable, class)]).collect();
                        open.push((Reverse(in_all), length + 1, Reverse(picked), spent, *then));
                    }
                }
            }
            None
        })
    }

    /// What the cheapest situation of a set costs.
    fn least(&self, set: Set, cost: &dyn Fn(usize, usize) -> usize, known: &mut HashMap<Set, usize, foldhash::fast::FixedState>) -> usize {
        if let Some(known) = known.get(&set) {
            return *known;
        }
        let variable = self.variable(set);
        let mut least = if set == Set::ALL { 0 } else { usize::MAX };
        for (classes, then) in self.nodes[set.0 as usize].groups.iter() {
            let after = self.least(*then, cost, known);
            least = classes.iter().map(|class| cost(variable, class).saturating_add(after)).fold(least, usize::min);
        }
        known.insert(set, least);
        least
    }

    /// Whether a situation, which gives each variable its class, is one of them.
    #[cfg(test)]
    pub fn contains(&self, set: Set, situation: &[usize]) -> bool {
        let mut set = set;
        while set != Set::EMPTY && set != Set::ALL {
            let node = &self.nodes[set.0 as usize];
            let group = node.groups.iter().find(|(classes, _)| classes.contains(situation[node.variable]));
            set = group.map_or(Set::EMPTY, |(_, then)| *then);
        }
        set == Set::ALL
    }

    fn variable(&self, set: Set) -> usize {
        self.nodes[set.0 as usize].variable
    }

    /// The groups of a set at a variable, classes that lead nowhere included.
    fn groups(&self, set: Set, variable: usize) -> Groups {
        let all = self.all[variable].clone();
        if self.variable(set) != variable {
            return [(all, set)].into_iter().collect();
        }
        let mut groups: Groups = self.nodes[set.0 as usize].groups.iter().cloned().collect();
        let left = groups.iter().fold(all, |left, (classes, _)| left.without(classes));
        if !left.is_empty() {
            groups.push((left, Set::EMPTY));
        }
        groups
    }

    fn combined(&mut self, operation: Operation, one: Set, other: Set) -> Result<Set, TooLarge> {
        // Whichever stands first, two of these are the same question.
        let (one, other) = if operation != Operation::Without && other < one { (other, one) } else { (one, other) };
        match (operation, one, other) {
            (Operation::Both, Set::EMPTY, _) | (Operation::Both, _, Set::EMPTY) => return Ok(Set::EMPTY),
            (Operation::Without, Set::EMPTY, _) | (Operation::Without, _, Set::ALL) => return Ok(Set::EMPTY),
            (Operation::Both, set, Set::ALL) | (Operation::Both, Set::ALL, set) => return Ok(set),
            (Operation::Either, Set::ALL, _) | (Operation::Either, _, Set::ALL) => return Ok(Set::ALL),
            (Operation::Either, set, Set::EMPTY) | (Operation::Either, Set::EMPTY, set) => return Ok(set),
            (Operation::Without, set, Set::EMPTY) => return Ok(set),
            (Operation::Both | Operation::Either, one, other) if one == other => return Ok(one),
            (Operation::Without, one, other) if one == other => return Ok(Set::EMPTY),
            _ => {}
        }
        if let Some(known) = self.done.get(&(operation, one, other)) {
            return Ok(*known);
        }
        let variable = self.variable(one).min(self.variable(other));
        let (ones, others) = (self.groups(one, variable), self.groups(other, variable));
        let mut groups = Groups::new();
        for (classes, one) in &ones {
            for (other_classes, other) in &others {
                let shared = classes.both(other_classes);
                if !shared.is_empty() {
                    groups.push((shared, self.combined(operation, *one, *other)?));
                }
            }
        }
        let set = self.node(variable, groups)?;
        self.done.insert((operation, one, other), set);
        Ok(set)
    }

    /// The set of these groups: equal ones are one, and a variable that makes no difference is left out.
    fn node(&mut self, variable: usize, groups: impl IntoIterator<Item = (Classes, Set)>) -> Result<Set, TooLarge> {
        let mut merged = Groups::new();
        for (classes, then) in groups.into_iter().filter(|(classes, then)| !classes.is_empty() && !then.is_empty()) {
            match merged.iter_mut().find(|(_, known)| *known == then) {
                Some((known, _)) => *known = known.either(&classes),
                None => merged.push((classes, then)),
            }
        }
        match merged.as_slice() {
            [] => return Ok(Set::EMPTY),
            [(classes, then)] if *classes == self.all[variable] => return Ok(*then),
            _ => {}
        }
        merged.sort_unstable_by_key(|(_, then)| *then);
        let node = Node { variable, groups: merged.into_iter().collect() };
        if let Some(known) = self.known.get(&node) {
            return Ok(*known);
        }
        if self.nodes.len() >= self.limit {
            return Err(TooLarge);
        }
        let set = Set(u32::try_from(self.nodes.len()).map_err(|_| TooLarge)?);
        self.nodes.push(node.clone());
        self.known.insert(node, set);
        Ok(set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn situations_come_by_what_they_cost_and_each_once() {
        let mut all = Situations::new(vec![3, 2, 4], 1000);
        let first = all.of(0, &[1, 2].into_iter().collect()).unwrap();
        let last = all.of(2, &[0, 3].into_iter().collect()).unwrap();
        let set = all.either(first, last).unwrap();
        let cost = |variable: usize, class: usize| if variable == 0 { 10 * class } else { class };
        let found: Vec<Vec<(usize, usize)>> = all.cheapest(set, &cost).collect();
        assert_eq!(found, [vec![(0, 0), (2, 0)], vec![(0, 0), (2, 3)], vec![(0, 1)], vec![(0, 2)]]);
        assert_eq!(all.cheapest(Set::EMPTY, &cost).next(), None);
        assert_eq!(all.cheapest(Set::ALL, &cost).next(), Some(Vec::new()));
    }
}
