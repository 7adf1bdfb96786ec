//! Makes Rust of the policy and of the expressions.

use rolewright::{Dialect, Expression};

#[allow(dead_code)] // jobs.rs knows them
#[path = "../by_hand.rs"]
mod by_hand;
#[allow(dead_code)] // the benchmark has all of them
#[path = "../jobs.rs"]
mod jobs;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    rolewright::build::policy_as("docker.yaml", "../../policies/docker.yaml", rolewright::policy::Loader::new())?;
    let jobs = [("switch", jobs::SWITCH.to_owned()), ("long_switch", jobs::long_switch()), ("text_work", jobs::TEXT.to_owned())];
    let mut modules = String::new();
    for (name, text) in &jobs {
        modules.push_str(&Expression::compile(Dialect::Entra, text)?.emit_rust(name));
    }
    std::fs::write(std::path::Path::new(&std::env::var("OUT_DIR")?).join("jobs.rs"), modules)?;
    Ok(())
}
