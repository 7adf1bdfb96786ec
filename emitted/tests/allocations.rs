//! Generated code allocates nothing where a constant or a piece of the user comes out: counted, not timed.

#[path = "../../benches/count.rs"]
mod count;

use rolewright::FixedWorld;
use rolewright_emitted::docker::{jit, scim};
use serde_json::{Map, Value as Json, json};
use std::hint::black_box;

fn allocations<T>(work: impl Fn() -> T) -> u64 {
    black_box(work()); // what is made once and kept
    count::allocations(work)
}

fn record(json: Json) -> Map<String, Json> {
    json.as_object().unwrap().clone()
}

#[test]
fn none_where_nothing_is_made() {
    let world = FixedWorld::new("2026-01-01T00:00:00".parse().unwrap(), 1);
    let ada = record(json!({
        "userPrincipalName": "ada@acme.example",
        "accountEnabled": true,
        "givenName": "Ada",
        "surname": "Lovelace",
        "appRoleAssignments": [{"displayName": "My Corp Administrator", "id": "1"}],
        "extensionAttribute2": "moby",
    }));
    let switch = || scim::docker_role(&mut rolewright::generated::User::new(&ada, &world)).unwrap();
    assert_eq!((switch(), allocations(switch)), ("owner", 0));
    let decision = || scim::decide(&ada, Some(true), &world).membership().map(|seat| seat.role.len());
    assert_eq!((decision(), allocations(decision)), (Some(5), 0));

    let bo = record(json!({ "userPrincipalName": "bo@acme.example", "dockerRole": "editor", "dockerTeam": "qa" }));
    let sign_in = || jit::decide(&bo, None, &world).membership().map(|seat| seat.team.map(|(team, _)| team.len()));
    assert_eq!((sign_in(), allocations(sign_in)), (Some(Some(2)), 0));
}
