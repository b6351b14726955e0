//! Where the service is.

/// Regions whose host the rule does not give: the documentation's host is taken where the
/// official SDKs' region table differs. Neither was ever tried.
const EXCEPTIONS: [(&str, &str); 2] = [
    ("eu-west-101", "dayu.eu-west-101.myhuaweicloud.eu"),
    ("my-kualalumpur-1", "dayu.my-kualalumpur-1.alphaedge.tmone.com.my"),
];

/// The host of `region`.
pub(crate) fn host(region: &str) -> String {
    let exception = EXCEPTIONS.iter().find(|(id, _)| *id == region);
    exception.map_or_else(|| format!("dayu.{region}.myhuaweicloud.com"), |(_, host)| (*host).to_owned())
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn regions_follow_the_rule_but_for_the_known_exceptions() {
        for (region, expected) in [
            ("cn-north-4", "dayu.cn-north-4.myhuaweicloud.com"),
            ("af-south-1", "dayu.af-south-1.myhuaweicloud.com"),
            ("xx-nowhere-9", "dayu.xx-nowhere-9.myhuaweicloud.com"),
            ("eu-west-101", "dayu.eu-west-101.myhuaweicloud.eu"),
            ("my-kualalumpur-1", "dayu.my-kualalumpur-1.alphaedge.tmone.com.my"),
        ] {
            assert_eq!(host(region), expected);
        }
    }
}
