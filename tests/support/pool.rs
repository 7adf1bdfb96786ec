//! Values of attributes that tell the rules of a policy apart.

use rolewright::Policy;
use rolewright::provision::Source;
use serde_json::{Value as Json, json};

/// Values that tell rules apart: none, empty, texts that the policy compares with, names of organizations, other types.
pub fn pool(policy: &Policy, source: Source) -> Vec<Json> {
    let mut pool = vec![
        json!(null),
        json!(""),
        json!(" "),
        json!(true),
        json!(false),
        json!("False"),
        json!("acme"),
        json!("moby"),
        json!("nowhere"),
        json!("Ünal"),
        json!(7),
        json!([]),
        json!({"a": 1}),
        json!("ada@acme.example"),
    ];
    for mapping in policy.mappings(source) {
        for text in mapping.describe().split('"').skip(1).step_by(2) {
            pool.extend([json!(text), json!([text]), json!([{"displayName": text}, {"displayName": "other"}])]);
        }
    }
    pool.extend(policy.attributes().iter().flat_map(|attribute| attribute.one_of.iter().cloned().chain(attribute.default.clone())));
    pool
}
