//! Users, identity providers and projects.

use std::collections::BTreeSet;

use crate::demo::DOMAIN_ID;
use crate::identifier::identifier;
use crate::{DEMO_DOMAIN, DEMO_PASSWORD, DEMO_REGION, DEMO_USER};

/// Someone who logs in with a password. Not `Debug`, because nothing may print it.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) domain: String,
}

/// A project, by its id and by its name, which for the default project of a region is the region's id.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Project {
    pub(crate) id: String,
    pub(crate) name: String,
}

impl Project {
    /// The project with this id, which the service accepts, under the name that it has unless told otherwise.
    pub(super) fn of_service(id: &str) -> Self {
        Self { id: id.to_owned(), name: DEMO_REGION.to_owned() }
    }
}

/// Whom a login leads to.
#[derive(Debug, PartialEq)]
pub(super) struct Account {
    pub(super) user: String,
    pub(super) domain: String,
}

/// Everyone and everything that IAM knows.
#[derive(Default)]
pub(crate) struct Directory {
    pub(crate) users: Vec<User>,
    /// Identity providers with the identity tokens that they vouch for.
    pub(crate) identity_providers: BTreeSet<(String, String)>,
    pub(crate) projects: Vec<Project>,
}

impl Directory {
    /// Fills in the demo user and the demo project, where there are none.
    pub(crate) fn or_demo(mut self, project_id: &str) -> Self {
        if self.users.is_empty() {
            let [name, password, domain] = [DEMO_USER, DEMO_PASSWORD, DEMO_DOMAIN].map(str::to_owned);
            self.users.push(User { name, password, domain });
        }
        if self.projects.is_empty() {
            self.projects.push(Project::of_service(project_id));
        }
        self
    }

    /// The account of a user, where the password is theirs.
    pub(super) fn by_password(&self, name: &str, password: &str, domain: &str) -> Option<Account> {
        let known = |user: &&User| {
            (user.name.as_str(), user.password.as_str(), user.domain.as_str()) == (name, password, domain)
        };
        let user = self.users.iter().find(known)?;
        Some(Account { user: user.name.clone(), domain: user.domain.clone() })
    }

    /// The account of whoever holds an identity token that the provider vouches for.
    pub(super) fn by_id_token(&self, provider: &str, id_token: &str) -> Option<Account> {
        let known = self.identity_providers.contains(&(provider.to_owned(), id_token.to_owned()));
        known.then(|| Account { user: format!("{provider}-federated"), domain: self.domain().to_owned() })
    }

    /// The account of the first user.
    pub(super) fn first_account(&self) -> Account {
        let user = self.users.first().map_or(DEMO_USER, |user| &user.name);
        Account { user: user.to_owned(), domain: self.domain().to_owned() }
    }

    /// The account that all projects and identity providers belong to: the first user's.
    pub(super) fn domain(&self) -> &str {
        self.users.first().map_or(DEMO_DOMAIN, |user| &user.domain)
    }
}

/// Id of an account; the demo's is the one of the API page's example.
pub(super) fn domain_id(name: &str) -> String {
    if name == DEMO_DOMAIN { DOMAIN_ID.to_owned() } else { identifier(&format!("domain {name}")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DEMO_PROJECT_ID;

    #[test]
    fn a_user_is_known_by_name_password_and_domain_together() {
        let directory = Directory::default().or_demo(DEMO_PROJECT_ID);
        let account = Account { user: DEMO_USER.to_owned(), domain: DEMO_DOMAIN.to_owned() };
        assert_eq!(directory.by_password(DEMO_USER, DEMO_PASSWORD, DEMO_DOMAIN), Some(account));
        for (name, password, domain) in [
            ("another", DEMO_PASSWORD, DEMO_DOMAIN),
            (DEMO_USER, "another", DEMO_DOMAIN),
            (DEMO_USER, DEMO_PASSWORD, "another"),
        ] {
            assert_eq!(directory.by_password(name, password, domain), None);
        }
    }

    #[test]
    fn an_identity_token_is_known_together_with_its_provider() {
        let mut directory = Directory::default().or_demo(DEMO_PROJECT_ID);
        directory.identity_providers.insert(("idp".to_owned(), "jwt".to_owned()));
        assert!(directory.by_id_token("idp", "jwt").is_some());
        assert_eq!(directory.by_id_token("idp", "another"), None);
        assert_eq!(directory.by_id_token("another", "jwt"), None);
    }

    #[test]
    fn the_demo_goes_when_something_else_is_set() {
        let project = Project { id: "p".to_owned(), name: "eu-west-101".to_owned() };
        let directory = Directory { projects: vec![project.clone()], ..Directory::default() };
        assert_eq!(directory.or_demo(DEMO_PROJECT_ID).projects, [project]);
    }
}
