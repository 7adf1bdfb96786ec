//! Made-up users, the same in each run: as many as wanted, with every member that Microsoft Graph prints of one, or as a table.

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
const ROLES: [&[usize]; 4] = [&[0], &[1], &[2], &[1, 2]];
const ROLE_NAMES: [&str; 3] = ["My Corp Administrator", "My Corp Editor", "User"];
const APPLICATION: &str = "b5a3c1d9-2c0c-4a59-8a8e-5c9f0a1d7e42";

fn role_id(role: usize) -> String {
    format!("{role:08x}-0c1b-4c1c-9a51-2b1f6d0e5a77")
}

/// Writes the application's service principal, by which the ids in assignments become names.
pub fn principal(out: &mut impl Write) -> Result<()> {
    write!(out, "{{\"id\":\"{APPLICATION}\",\"displayName\":\"Docker\",\"servicePrincipalType\":\"Application\",\"appRoles\":[")?;
    for (role, name) in ROLE_NAMES.iter().enumerate() {
        let comma = if role == 0 { "" } else { "," };
        write!(
            out,
            "{comma}{{\"allowedMemberTypes\":[\"User\"],\"displayName\":\"{name}\",\"id\":\"{}\",\"isEnabled\":true}}",
            role_id(role)
        )?;
    }
    out.write_all(b"]}\n")
}

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
    roles: &'static [usize],
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
            roles: if random(100) < 3 { &[] } else { ROLES[random(4)] },
        }
    }

    fn id(&self) -> String {
        format!("{0:08x}-67ae-4c39-8c2f-{0:012}", self.number)
    }

    fn json(&self, out: &mut impl Write) -> Result<()> {
        let User { number, enabled, given, family, city, .. } = self;
        let id = self.id();
        write!(out, "{{\"id\":\"{id}\",")?;
        if self.named {
            write!(out, "\"userPrincipalName\":\"user{number}@acme.example\",")?;
        }
        write!(
            out,
            "\"accountEnabled\":{enabled},\"displayName\":\"{given} {family}\",\"givenName\":\"{given}\",\"surname\":\"{family}\",\
             \"mail\":\"user{number}@acme.example\",\"mailNickname\":\"user{number}\",\"jobTitle\":null,\"department\":\"Engineering\",\
             \"companyName\":\"Acme\",\"city\":\"{city}\",\"officeLocation\":null,\"mobilePhone\":null,\"usageLocation\":\"NO\",\
             \"preferredLanguage\":\"en-US\",\"businessPhones\":[\"+47 21 00 {number:06}\"],\"employeeId\":\"{number:07}\",\
             \"userType\":\"Member\",\"createdDateTime\":\"2024-03-01T09:30:00Z\",\
             \"proxyAddresses\":[\"SMTP:user{number}@acme.example\",\"smtp:user{number}@acme.onmicrosoft.example\"],"
        )?;
        out.write_all(b"\"onPremisesExtensionAttributes\":{")?;
        for at in 1..=15 {
            let value = match at {
                2 => self.org,
                3 => self.team,
                _ => None,
            };
            let comma = if at == 1 { "" } else { "," };
            match value {
                Some(value) => write!(out, "{comma}\"extensionAttribute{at}\":\"{value}\"")?,
                None => write!(out, "{comma}\"extensionAttribute{at}\":null")?,
            }
        }
        write!(
            out,
            "}},\"appRoleAssignments@odata.context\":\"https://graph.example/v1.0/$metadata#users('{id}')/appRoleAssignments\",\
             \"appRoleAssignments\":["
        )?;
        for (at, role) in self.roles.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(
                out,
                "{comma}{{\"id\":\"A{number:012}{role}\",\"deletedDateTime\":null,\"appRoleId\":\"{}\",\
                 \"createdDateTime\":\"2024-03-01T09:31:00Z\",\"principalDisplayName\":\"{given} {family}\",\"principalId\":\"{id}\",\
                 \"principalType\":\"User\",\"resourceDisplayName\":\"Docker\",\"resourceId\":\"{APPLICATION}\"}}",
                role_id(*role)
            )?;
        }
        out.write_all(b"]}")
    }

    fn csv(&self, out: &mut impl Write) -> Result<()> {
        let User { number, enabled, given, city, .. } = self;
        let family = self.family.replace("\\\"", "\"\"");
        let name = if self.named { format!("user{number}@acme.example") } else { String::new() };
        let (org, team) = (self.org.unwrap_or_default(), self.team.unwrap_or_default());
        let roles = self.roles.iter().map(|role| ROLE_NAMES[*role]).collect::<Vec<_>>().join(";");
        let mail = format!("user{number}@acme.example");
        writeln!(out, "{number},{name},{enabled},{given},\"{family}\",{mail},{city},{org},{team},{roles}")
    }
}
