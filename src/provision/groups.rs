/// How a group's name tells an organization and a team: `{organization}:{team}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupPattern {
    before: String,
    between: String,
    after: String,
    team: bool,
}

const ORGANIZATION: &str = "{organization}";
const TEAM: &str = "{team}";

impl GroupPattern {
    /// Reads a pattern: `{organization}`, then possibly a separator and `{team}`, with fixed text around them.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(pattern: &str) -> Result<GroupPattern, String> {
        let (before, rest) = pattern.split_once(ORGANIZATION).ok_or_else(|| format!("the pattern does not name {ORGANIZATION}"))?;
        let (between, after, team) = match rest.split_once(TEAM) {
            Some((between, after)) => (between, after, true),
            None => ("", rest, false),
        };
        if team && between.is_empty() {
            return Err(format!("nothing separates {ORGANIZATION} from {TEAM}"));
        }
        if [before, between, after].iter().any(|text| text.contains(['{', '}'])) {
            return Err(format!("braces stand for {ORGANIZATION} and {TEAM} only, in this order"));
        }
        Ok(GroupPattern { before: before.into(), between: between.into(), after: after.into(), team })
    }

    /// The name of the group that tells an organization and a team.
    pub fn join(&self, org: &str, team: &str) -> String {
        let Self { before, between, after, .. } = self;
        if self.team { format!("{before}{org}{between}{team}{after}") } else { format!("{before}{org}{after}") }
    }

    /// The organization and team that a group's name tells; blanks around them are ignored, and neither is empty. A
    /// separator that stands twice leaves open what was meant, so that such a name maps nowhere.
    pub fn split<'g>(&self, group: &'g str) -> Option<(&'g str, Option<&'g str>)> {
        let inner = group.strip_prefix(self.before.as_str())?.strip_suffix(self.after.as_str())?;
        if !self.team {
            let org = inner.trim();
            return (!org.is_empty()).then_some((org, None));
        }
        let (org, team) = inner.split_once(self.between.as_str())?;
        let (org, team) = (org.trim(), team.trim());
        (!org.is_empty() && !team.is_empty() && !team.contains(self.between.as_str())).then_some((org, Some(team)))
    }

    /// The name of the group that maps to a team, where the pattern names teams.
    pub fn name(&self, org: &str, team: &str) -> Option<String> {
        self.team.then(|| format!("{}{org}{}{team}{}", self.before, self.between, self.after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_was_joined_splits_into_the_same() {
        for pattern in ["{organization}:{team}", "app-{organization}-{team}-x"] {
            let pattern = GroupPattern::parse(pattern).unwrap();
            assert_eq!(pattern.split(&pattern.join("one", "two")), Some(("one", Some("two"))));
        }
        let pattern = GroupPattern::parse("in {organization}").unwrap();
        assert_eq!(pattern.split(&pattern.join("one", "two")), Some(("one", None)));
    }
}
