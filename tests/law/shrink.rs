//! Makes what fails smaller, as long as the same way differs in the same member.

use serde_json::Value as Json;

/// What still fails: the policy, and a user's record or the events of a history.
#[derive(Clone)]
pub struct Failing {
    pub file: Json,
    pub given: Json,
}

/// What of it is made smaller.
type Part = fn(&mut Failing) -> &mut Json;

/// Leaves out what can be left out; `fails` tells whether the rest still does.
pub fn shrink(failing: Failing, fails: impl Fn(&Failing) -> bool) -> Failing {
    let mut smallest = failing;
    loop {
        let mut smaller = false;
        let parts: [Part; 2] = [|failing| &mut failing.given, |failing| &mut failing.file];
        for part in parts {
            smaller |= pass(&mut smallest, part, &fails);
        }
        if !smaller {
            return smallest;
        }
    }
}

/// Tries to leave out every member and item once, the outer ones first.
fn pass(smallest: &mut Failing, part: Part, fails: &impl Fn(&Failing) -> bool) -> bool {
    let mut smaller = false;
    // A place in the tree: members and items by their position.
    let mut path = vec![0];
    loop {
        let mut candidate = smallest.clone();
        if !remove(part(&mut candidate), &path) {
            // Past the last one: on with what stands after the collection.
            path.pop();
            match path.last_mut() {
                Some(at) => *at += 1,
                None => return smaller,
            }
            continue;
        }
        if fails(&candidate) {
            *smallest = candidate;
            smaller = true;
        } else {
            path.push(0); // it is needed, but perhaps not all of it
        }
    }
}

/// Takes a member or item out; false where the path leads to none.
fn remove(tree: &mut Json, path: &[usize]) -> bool {
    let (at, rest) = (path[0], &path[1..]);
    match tree {
        Json::Object(members) if at < members.len() => match (rest, members.iter_mut().nth(at)) {
            ([], _) => {
                let name = members.keys().nth(at).cloned().unwrap_or_default();
                members.shift_remove(&name).is_some()
            }
            (rest, Some((_, inner))) => remove(inner, rest),
            _ => false,
        },
        Json::Array(items) if at < items.len() => match rest {
            [] => {
                items.remove(at);
                true
            }
            rest => remove(&mut items[at], rest),
        },
        _ => false,
    }
}
