//! Settings: every place that `--set` reaches, and policies that build on others.

mod support;

use serde_json::{Value as Json, json};
use support::docker::{DOCKER, ada, eval, row};
use support::{Folder, policy, run, run_in};

#[test]
fn every_fixed_place_can_be_set() {
    let role = |more: &[&str]| {
        row(&json!({ "userPrincipalName": "a@x.org", "accountEnabled": true, "surname": "author", "appRoleAssignments": ["My Corp Editor"] }), more)["attributes"]["dockerRole"].clone()
    };
    let mapping = "sources.scim.mappings.dockerRole";
    assert_eq!(role(&[]), "editor");
    assert_eq!(role(&["--set", &format!("{mapping}.constant=owner")]), "owner", "a constant in place of the expression");
    assert_eq!(role(&["--set", &format!("{mapping}.expression=Switch([surname], \"member\", \"author\", \"owner\")")]), "owner");
    for direct in [format!("{mapping}={{direct: surname}}"), format!("{mapping}.direct=surname")] {
        let allowed = "target.attributes.dockerRole.one_of=[member, editor, owner, author]";
        assert_eq!(role(&["--set", &direct, "--set", allowed]), "author");
    }
    assert_eq!(
        role(&[
            "--set",
            &format!("{mapping}.direct=nickname"),
            "--set",
            "sources.scim.attributes=[nickname]",
            "--set",
            &format!("{mapping}.default=editor")
        ]),
        "editor"
    );

    let ada = ada();
    assert_eq!(row(&ada, &["--set", "sources.scim.mappings.name.givenName.direct=surname"])["attributes"]["name.givenName"], "Nowak");
    assert_eq!(row(&ada, &["--set", "sources.scim.mappings.name.givenName.constant=X"])["attributes"]["name.givenName"], "X");
    assert_eq!(
        row(&ada, &["--set", "sources.scim.mappings.\"name.givenName\".expression=ToUpper([givenName])"])["attributes"]["name.givenName"],
        "ADA"
    );
    assert_eq!(
        row(&ada, &["--set", "connection.default_org=harbor", "--set", "sources.scim.mappings.dockerOrg.direct=city"])["orgs"]["harbor"]["org_from"],
        "default"
    );
    assert_eq!(
        row(&ada, &["--set", "connection.default_team=crew", "--set", "options.org_without_team=default_team"])["orgs"]["moby"]["teams"],
        json!({ "crew": "default" })
    );
    assert_eq!(row(&ada, &["--set", "connection.orgs=acme, moby"])["error"], Json::Null);
    assert_eq!(row(&ada, &["--set", "connection.orgs=[acme]"])["error"]["code"], "unknown-org");
    assert_eq!(row(&ada, &["--set", "connection.orgs={acme: [company]}"])["error"]["code"], "unknown-org");
    assert_eq!(
        row(&ada, &["--set", "connection.orgs=acme", "--set", "options.unknown_org=not_set"])["orgs"]["acme"]["org_from"],
        "default"
    );
    assert_eq!(row(&ada, &["--set", "connection.scim=disabled"])["orgs"], json!({}));

    let member = |more: &[&str]| row(&ada, more)["orgs"]["moby"]["role"].clone();
    assert_eq!(member(&[]), "member");
    assert_eq!(
        member(&[
            "--set",
            "target.attributes.dockerRole.one_of=[guest, member, editor, owner]",
            "--set",
            "target.attributes.dockerRole.default=guest",
            "--set",
            "sources.scim.mappings.dockerRole.direct=city"
        ]),
        "guest"
    );
    assert_eq!(member(&["--set", "target.attributes.dockerRole.privileged=[]"]), "member");
    assert_eq!(member(&["--set", "target.namespace=urn:example:2.0:User"]), "member");

    let jit = |more: &[&str]| {
        let user = json!([{ "userName": "ada@example.org", "nameId": "ada@example.org", "dockerRole": "owner", "dockerOrg": "moby", "department": "docks" }]);
        let run = run_in(
            support::home(),
            &[&["eval", DOCKER, "-", "--as", "json", "--source", "jit", "--format", "json"][..], more].concat(),
            user.to_string().as_bytes(),
        );
        assert!(run.code < 2, "{}", run.shown());
        run.json()[0].clone()
    };
    let plain = jit(&[]);
    assert_eq!(
        jit(&["--set", "sources.jit.mappings.dockerRole.apply=always"])["attributes"]["dockerRole"],
        plain["attributes"]["dockerRole"]
    );
    assert_eq!(
        jit(&["--set", "sources.jit.mappings.dockerTeam.direct=department", "--set", "sources.jit.attributes=[department]"])["attributes"]
            ["dockerTeam"],
        "docks"
    );
    assert_eq!(jit(&["--set", "sources.jit.mappings.dockerTeam.constant=crew"])["attributes"]["dockerTeam"], "crew");
}

#[test]
fn a_setting_that_names_nothing_is_told() {
    let set = |setting: &str| {
        let run = eval(&["--set", setting]).exits(2);
        assert_eq!(run.out, "", "{setting}");
        run.err
    };
    for (setting, proposal) in [
        ("connection.default_orgs=acme", "`default_org`"),
        ("options.unknown_orgs=refuse", "did you mean unknown_org?"),
        ("options.unknown_org=refused", "refuse, not_set"),
        ("target.attributes.dockerRole.one_off=[a]", "one_of"),
        ("target.attributes.dockerRole.default=boss", "member, editor, owner"),
        ("sources.scim.mappings.dockerRoles.constant=owner", "dockerRole"),
        ("connection.default_org", "PATH=VALUE"),
        ("connection.orgs={acme", "--set connection.orgs"),
        ("=x", "path"),
        ("a..b=x", "path"),
        ("connection.default_org=harbor", "harbor"),
    ] {
        let more = if setting.ends_with("harbor") { &["--set", "connection.orgs=acme", "--set", setting][..] } else { &["--set", setting] };
        let err = if more.len() > 2 { eval(more).exits(2).err } else { set(setting) };
        assert!(err.contains(proposal), "{setting}: {err}");
    }
}

#[test]
fn policies_build_on_each_other() {
    let base = policy("{ expression: 'SingleAppRoleAssignment([appRoleAssignments])' }");
    let folder = Folder::new()
        .with("base.yaml", &base)
        .with("middle.yaml", "rolewright: 1\nextends: base.yaml\nconnection: { default_org: dock }\n")
        .with("top.yaml", "rolewright: 1\nextends: middle.yaml\npolicy: top\nsources: { scim: { mappings: { role: { direct: city } } } }\n")
        .with("ring.yaml", "rolewright: 1\nextends: gnir.yaml\n")
        .with("gnir.yaml", "rolewright: 1\nextends: ring.yaml\n")
        .with("self.yaml", "rolewright: 1\nextends: self.yaml\n")
        .with("lost.yaml", "rolewright: 1\nextends: nowhere.yaml\n")
        .with("folder.yaml", "rolewright: 1\nextends: .\n")
        .with("list.yaml", "rolewright: 1\nextends: [base.yaml]\n");
    folder.run(&["check", "top.yaml"]).exits(0);
    insta::assert_snapshot!("show", folder.run(&["show", "top.yaml", "--set", "connection.jit=disabled"]).exits(0).out);
    let shown = folder.run(&["show", "top.yaml", "--format", "json"]).exits(0).json();
    assert_eq!(shown["sources"]["scim"]["mappings"]["role"], json!({ "direct": "city" }));
    assert_eq!(shown["connection"]["default_org"], "dock");
    for (name, message) in
        [("ring", "builds on itself"), ("self", "builds on itself"), ("lost", "no such file"), ("folder", "directory"), ("list", "extends")]
    {
        let run = folder.run(&["check", &format!("{name}.yaml")]).exits(1);
        assert!(run.out.contains(message), "{name}: {}", run.out);
    }
    let chain: Folder = (0..40)
        .fold(Folder::new(), |folder, at| folder.with(&format!("p{at}.yaml"), format!("rolewright: 1\nextends: p{}.yaml\n", at + 1)));
    assert!(chain.run(&["check", "p0.yaml"]).exits(1).out.contains("more than 16 policies"));
}

#[test]
fn settings_reach_version_base_and_connection() {
    let refused = |setting: &str| eval(&["--set", setting]).exits(2).err;
    assert!(refused("rolewright=2").contains("unsupported-version"));
    assert!(refused("extends=missing.yaml").contains("extends-failed"));
    assert!(refused("connection.default_org=").contains("the connection has no default_org"));
    assert!(refused("connection.default_team=null").contains("the connection has no default_team"));
    assert_eq!(eval(&["--set", "connection.orgs=null"]).exits(0).out, eval(&[]).exits(0).out);
    let roles = ["show", "policies/docker-entra-roles.yaml", "--format", "json"];
    let other = run(&[&roles[..], &["--set", "extends=docker-2025.yaml"]].concat()).exits(0).json();
    assert_eq!(other["options"]["scim_manages"]["default"], "own");
}
