//! What the environment says.

use std::time::Duration;

use dataarts_security::member_sync::{HealthRules, TimeZone, assumed_time_zone};
use dataarts_security::{Client, Credentials};

/// The settings of the service.
pub struct Configuration {
    pub client: Client,
    /// Often a secret: it is shown by nothing.
    pub webhook: reqwest::Url,
    pub interval: Duration,
    pub patience: Duration,
    pub rules: HealthRules,
}

impl Configuration {
    /// Reads the variables that the README names.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let needed = |name: &str| variable(name).ok_or_else(|| format!("{name} is not set"));
        let seconds = |name: &str, default: u64| match variable(name).map(|value| value.parse()) {
            None => Ok(Duration::from_secs(default)),
            Some(Ok(seconds @ 1..)) => Ok(Duration::from_secs(seconds)),
            Some(_) => Err(format!("{name} is not a number of seconds from 1")),
        };
        let mut builder = Client::builder()
            .workspace(needed("DATAARTS_WORKSPACE")?)
            .credentials(Credentials::default_chain());
        builder = match variable("DATAARTS_ENDPOINT") {
            Some(endpoint) => builder.endpoint(endpoint),
            None => builder.region(needed("DATAARTS_REGION")?),
        };
        let client = builder.build().map_err(|error| error.to_string())?;
        let webhook = needed("ALERT_WEBHOOK")?.parse();
        let time_zone = match variable("ALERT_TIME_ZONE") {
            Some(name) => TimeZone::get(&name)
                .map_err(|_| format!("ALERT_TIME_ZONE: {name:?} is no time zone"))?,
            None => client
                .region()
                .and_then(assumed_time_zone)
                .unwrap_or(TimeZone::UTC),
        };
        Ok(Self {
            client,
            webhook: webhook.map_err(|error| format!("ALERT_WEBHOOK is no address: {error}"))?,
            interval: seconds("ALERT_INTERVAL", 60)?,
            patience: seconds("ALERT_PATIENCE", 600)?,
            rules: HealthRules::new(time_zone),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 3] = [
        ("DATAARTS_REGION", "cn-north-4"),
        ("DATAARTS_WORKSPACE", "f7bc8f2a71524d268c4293974e3dc35b"),
        ("ALERT_WEBHOOK", "https://alerts.example.com/s3cret"),
    ];

    /// The good ones, where these do not say otherwise.
    fn read(changes: &[(&str, &str)]) -> Result<Configuration, String> {
        Configuration::read(|name| {
            let mut all = changes.iter().chain(&GOOD);
            all.find(|(key, _)| *key == name)
                .map(|(_, value)| value.to_string())
        })
    }

    #[test]
    fn what_is_not_set_has_a_default() {
        let configuration = read(&[]).unwrap();
        assert_eq!(configuration.client.region(), Some("cn-north-4"));
        assert_eq!(configuration.interval, Duration::from_secs(60));
        assert_eq!(configuration.patience, Duration::from_secs(600));
    }

    #[test]
    fn an_endpoint_takes_the_place_of_the_region() {
        let configuration = read(&[("DATAARTS_ENDPOINT", "http://127.0.0.1:8080")]).unwrap();
        assert_eq!(configuration.client.base_url(), "http://127.0.0.1:8080");
    }

    #[test]
    fn what_is_wrong_is_told_by_its_name() {
        for (name, value) in [
            ("DATAARTS_REGION", ""),
            ("DATAARTS_WORKSPACE", ""),
            ("ALERT_WEBHOOK", "s3cret"),
            ("ALERT_INTERVAL", "0"),
            ("ALERT_PATIENCE", "soon"),
            ("ALERT_TIME_ZONE", "Mars/Crater"),
        ] {
            let error = read(&[(name, value)]).err().unwrap();
            assert!(error.contains(name) && !error.contains("s3cret"), "{error}");
        }
    }
}
