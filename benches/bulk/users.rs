//! Made-up users, the same in each run: as many as wanted, as Microsoft Graph lists them or as a table.

use std::io::{Result, Write};

/// How users are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Ndjson,
    Graph,
    Csv,
}

const GIVEN: [&str; 8] = ["Ada", "Bjørn", "Chiara", "Dmitri", "Eunji", "Farouk", "Gabriela", "林"];
const FAMILY: [&str; 8] = ["Nowak", "Ødegård", "D'Angelo", "Volkov", "Kim", "el-Sayed", "Núñez \\\"Gabi\\\"", "美"];
const CITIES: [&str; 5] = ["Gdańsk", "Oslo", "Torino", "Seoul", "Lima"];
const ORGS: [&str; 3] = ["acme", "moby", "whale"];
const TEAMS: [&str; 4] = ["platform", "developers", "quality", "support"];
const ROLES: [&str; 4] = ["\"My Corp Administrator\"", "\"My Corp Editor\"", "\"User\"", "\"My Corp Editor\",\"User\""];

/// Writes users. Of a hundred, two have no name, three are not assigned, ten are disabled.
pub fn write(users: u64, form: Form, out: &mut impl Write) -> Result<()> {
    match form {
        Form::Ndjson => {}
        Form::Graph => out.write_all(b"{\"@odata.context\":\"https://graph.example/v1.0/$metadata#users\",\"value\":[\n")?,
        Form::Csv => out.write_all(
            b"id,userPrincipalName,accountEnabled,givenName,surname,mail,city,extensionAttribute2,extensionAttribute3,appRoleAssignments\n",
        )?,
    }
    for number in 0..users {
        let user = User::of(number);
        match form {
            Form::Csv => user.csv(out)?,
            Form::Ndjson => user.json(out).and_then(|()| out.write_all(b"\n"))?,
            Form::Graph => {
                out.write_all(if number == 0 { b"" } else { b",\n" })?;
                user.json(out)?;
            }
        }
    }
    if form == Form::Graph { out.write_all(b"\n]}\n") } else { Ok(()) }
}

struct User {
    number: u64,
    named: bool,
    enabled: bool,
    given: &'static str,
    family: &'static str,
    city: &'static str,
    org: Option<&'static str>,
    team: Option<&'static str>,
    roles: &'static str,
}

impl User {
    fn of(number: u64) -> User {
        // SplitMix64: the same on every machine.
        let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut random = |below: u64| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((mixed ^ (mixed >> 31)) % below) as usize
        };
        User {
            number,
            named: random(100) >= 2,
            enabled: random(100) >= 10,
            given: GIVEN[random(8)],
            family: FAMILY[random(8)],
            city: CITIES[random(5)],
            org: ORGS.get(random(6)).copied(),
            team: TEAMS.get(random(8)).copied(),
            roles: if random(100) < 3 { "" } else { ROLES[random(4)] },
        }
    }

    fn json(&self, out: &mut impl Write) -> Result<()> {
        let User { number, enabled, given, family, city, roles, .. } = self;
        write!(out, "{{\"id\":\"{number:08x}-67ae-4c39-8c2f-{number:012}\",")?;
        if self.named {
            write!(out, "\"userPrincipalName\":\"user{number}@acme.example\",")?;
        }
        write!(
            out,
            "\"accountEnabled\":{enabled},\"displayName\":\"{given} {family}\",\"givenName\":\"{given}\",\"surname\":\"{family}\",\
             \"mail\":\"user{number}@acme.example\",\"jobTitle\":null,\"department\":\"Engineering\",\"city\":\"{city}\",\
             \"usageLocation\":\"NO\",\"businessPhones\":[\"+47 21 00 {number:06}\"],\"employeeId\":\"{number:07}\",\
             \"createdDateTime\":\"2024-03-01T09:30:00Z\","
        )?;
        for (name, value) in [("extensionAttribute2", self.org), ("extensionAttribute3", self.team)] {
            match value {
                Some(value) => write!(out, "\"{name}\":\"{value}\",")?,
                None => write!(out, "\"{name}\":null,")?,
            }
        }
        write!(out, "\"appRoleAssignments\":[{roles}]}}")
    }

    fn csv(&self, out: &mut impl Write) -> Result<()> {
        let User { number, enabled, given, city, .. } = self;
        let family = self.family.replace("\\\"", "\"\"");
        let name = if self.named { format!("user{number}@acme.example") } else { String::new() };
        let (org, team) = (self.org.unwrap_or_default(), self.team.unwrap_or_default());
        let roles = self.roles.replace("\",\"", ";").replace('"', "");
        let mail = format!("user{number}@acme.example");
        writeln!(out, "{number},{name},{enabled},{given},\"{family}\",{mail},{city},{org},{team},{roles}")
    }
}
