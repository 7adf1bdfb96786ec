//! Laws of sets and of classes, against all situations one by one.

use super::{Classes, Limits, Set, Situations, TooLarge, ValueClass, ValueClasses, ValueKind, same};
use crate::program::Value;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

const SIZES: [usize; 4] = [2, 3, 70, 2];

/// A set as it is put together.
#[derive(Debug, Clone)]
enum Made {
    Of(usize, Vec<usize>),
    Both(Box<Made>, Box<Made>),
    Either(Box<Made>, Box<Made>),
    Without(Box<Made>, Box<Made>),
    /// A variable goes from its class to the next one, and from the last to the first.
    Moved(Box<Made>, usize),
}

fn made() -> impl Strategy<Value = Made> {
    let leaf = (0..SIZES.len(), proptest::collection::vec(0..70usize, 0..4))
        .prop_map(|(variable, classes)| Made::Of(variable, classes.into_iter().map(|class| class % SIZES[variable]).collect()));
    leaf.prop_recursive(5, 24, 2, |inner| {
        let two = (inner.clone(), inner.clone()).prop_map(|(one, other)| (Box::new(one), Box::new(other)));
        prop_oneof![
            two.clone().prop_map(|(one, other)| Made::Both(one, other)),
            two.clone().prop_map(|(one, other)| Made::Either(one, other)),
            two.prop_map(|(one, other)| Made::Without(one, other)),
            (inner, 0..SIZES.len()).prop_map(|(set, variable)| Made::Moved(Box::new(set), variable)),
        ]
    })
}

impl Made {
    fn set(&self, sets: &mut Situations) -> Result<Set, TooLarge> {
        Ok(match self {
            Made::Of(variable, classes) => sets.of(*variable, &classes.iter().copied().collect())?,
            Made::Both(one, other) => {
                let (one, other) = (one.set(sets)?, other.set(sets)?);
                sets.both(one, other)?
            }
            Made::Either(one, other) => {
                let (one, other) = (one.set(sets)?, other.set(sets)?);
                sets.either(one, other)?
            }
            Made::Without(one, other) => {
                let (one, other) = (one.set(sets)?, other.set(sets)?);
                sets.without(one, other)?
            }
            Made::Moved(set, variable) => {
                let set = set.set(sets)?;
                sets.moved(set, *variable, &|class| [(class + 1) % SIZES[*variable]].into_iter().collect())?
            }
        })
    }

    fn holds(&self, situation: &[usize]) -> bool {
        match self {
            Made::Of(variable, classes) => classes.contains(&situation[*variable]),
            Made::Both(one, other) => one.holds(situation) && other.holds(situation),
            Made::Either(one, other) => one.holds(situation) || other.holds(situation),
            Made::Without(one, other) => one.holds(situation) && !other.holds(situation),
            Made::Moved(set, variable) => {
                let mut before = situation.to_vec();
                before[*variable] = (before[*variable] + SIZES[*variable] - 1) % SIZES[*variable];
                set.holds(&before)
            }
        }
    }
}

fn situations() -> impl Iterator<Item = [usize; 4]> {
    let [a, b, c, d] = SIZES;
    (0..a * b * c * d).map(move |at| [at % a, at / a % b, at / a / b % c, at / a / b / c])
}

proptest! {
    #[test]
    fn a_set_holds_what_it_is_made_of(made in made()) {
        let mut sets = Situations::new(SIZES.to_vec(), 100_000);
        let set = made.set(&mut sets).unwrap();
        let mut any = false;
        for situation in situations() {
            prop_assert_eq!(sets.contains(set, &situation), made.holds(&situation), "{:?}", situation);
            any |= made.holds(&situation);
        }
        prop_assert_eq!(set.is_empty(), !any);
        // What is picked is in it, whatever the variables that it does not name.
        let mut picked = [0; 4];
        sets.cheapest(set, &|_, class| class).next().into_iter().flatten().for_each(|(variable, class)| picked[variable] = class);
        prop_assert!(!any || made.holds(&picked));
        // Equal sets are one, however they are made.
        let (other, nothing) = (sets.without(Set::ALL, set).unwrap(), sets.both(set, Set::EMPTY).unwrap());
        prop_assert_eq!(sets.without(Set::ALL, other).unwrap(), set);
        prop_assert_eq!(nothing, Set::EMPTY);
    }

    #[test]
    fn classes_are_sets_of_any_size(one in proptest::collection::btree_set(0..300usize, 0..9), other in proptest::collection::btree_set(0..300usize, 0..9)) {
        let classes = |set: &std::collections::BTreeSet<usize>| set.iter().copied().collect::<Classes>();
        let (a, b) = (classes(&one), classes(&other));
        prop_assert_eq!(a.both(&b), one.intersection(&other).copied().collect());
        prop_assert_eq!(a.either(&b), one.union(&other).copied().collect());
        prop_assert_eq!(a.without(&b), one.difference(&other).copied().collect());
        prop_assert_eq!(a.iter().collect::<std::collections::BTreeSet<_>>(), one);
    }
}

#[test]
fn a_set_that_grows_too_large_is_none() {
    let mut sets = Situations::new(SIZES.to_vec(), 3);
    let one = sets.of(0, &Classes::first(1)).unwrap();
    assert_eq!(sets.of(1, &Classes::first(1)).and_then(|other| sets.both(one, other)), Err(TooLarge));
}

#[test]
fn values_fall_into_classes() {
    let class = |classes: &ValueClasses, value: &Json| {
        let exists = |org: &str| org == "acme" || org == "moby";
        classes.all()[classes.position(&Value::from_json(value), exists)]
    };
    let one_of = [json!("member"), json!("editor"), json!("owner")];
    let roles = ValueClasses::new(ValueKind::Text, Limits { one_of: &one_of, organizations: None }, [&json!("member")]);
    for (value, is) in [
        (json!(null), ValueClass::Unset),
        (json!(""), ValueClass::Unset),
        (json!("member"), ValueClass::Named(0)),
        (json!("editor"), ValueClass::Allowed),
        (json!("owner"), ValueClass::Allowed),
        (json!("Owner"), ValueClass::Wrong),
        (json!("\u{1}0\u{1}"), ValueClass::Wrong),
    ] {
        assert_eq!(class(&roles, &value), is, "{value}");
    }
    let orgs = ValueClasses::new(ValueKind::Text, Limits { one_of: &[], organizations: Some(true) }, [&json!("acme")]);
    for (value, is) in [
        (json!("acme"), ValueClass::Named(0)),
        (json!("moby"), ValueClass::Allowed),
        (json!("nowhere"), ValueClass::Wrong),
        (json!("\u{1}0\u{1}\u{2}"), ValueClass::Wrong),
    ] {
        assert_eq!(class(&orgs, &value), is, "{value}");
    }
    let truths = ValueClasses::new(ValueKind::Boolean, Limits::NONE, [&json!(true)]);
    assert_eq!(truths.all().len(), 3);
    for (value, is) in [
        (json!(null), ValueClass::Unset),
        (json!("maybe"), ValueClass::Unset),
        (json!(false), ValueClass::Named(0)),
        (json!("False"), ValueClass::Named(0)),
        (json!(true), ValueClass::Named(1)),
    ] {
        assert_eq!(class(&truths, &value), is, "{value}");
    }
    let numbers = ValueClasses::new(ValueKind::Other, Limits::NONE, [&json!(3)]);
    assert_eq!(class(&numbers, &json!(3.0)), ValueClass::Named(0));
    assert_eq!(class(&numbers, &json!(f64::MIN_POSITIVE)), ValueClass::Allowed);
}

#[test]
fn numbers_are_the_same_by_what_they_are_worth() {
    assert!(same(&json!(1), &json!(1.0)) && same(&json!([1, "a"]), &json!([1.0, "a"])));
    assert!(!same(&json!(1), &json!("1")) && !same(&json!(1), &json!(true)) && !same(&json!([1]), &json!([1, 1])));
    // Whole numbers are compared whole.
    assert!(!same(&json!(9_007_199_254_740_993u64), &json!(9_007_199_254_740_992u64)));
}
