//! Certificates that a client must refuse, and one that it must not.

use std::net::SocketAddr;
use std::sync::Arc;

use dataarts_security::types::MemberSyncTaskList;
use dataarts_security::{Client, Error};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ALL_VERSIONS, ServerConfig, SupportedProtocolVersion};

use crate::answers::good;
use crate::peer::Peer;
use crate::support::{builder, call, options, predicates};

/// What becomes of a call to a server with one of these certificates, for the table in the documents.
pub(crate) const ROWS: [(&str, bool); 4] = [
    ("certificate of a trusted authority", true),
    ("expired certificate", false),
    ("self-signed certificate", false),
    ("certificate for another host name", false),
];

pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "authority of the test");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    fn server(&self, params: CertificateParams) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        acceptor(certificate.der().clone(), &key)
    }

    /// A server for this machine that speaks these versions of TLS, and offers these protocols in it.
    pub(crate) fn server_speaking(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        protocols: &[&str],
    ) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let certificate = params("127.0.0.1").signed_by(&key, &self.issuer).unwrap();
        let mut config = config(certificate.der().clone(), &key, versions);
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }

    /// A client that trusts this authority alone.
    pub(crate) fn client(&self, address: SocketAddr) -> Client {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("authority.pem");
        std::fs::write(&path, self.issuer.pem()).unwrap();
        builder(&format!("https://{address}"), options()).ca_file(path).build().unwrap()
    }
}

fn params(host: &str) -> CertificateParams {
    CertificateParams::new(vec![host.to_owned()]).unwrap()
}

fn self_signed() -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let certificate = params("127.0.0.1").self_signed(&key).unwrap();
    acceptor(certificate.der().clone(), &key)
}

fn acceptor(certificate: CertificateDer<'static>, key: &KeyPair) -> TlsAcceptor {
    TlsAcceptor::from(Arc::new(config(certificate, key, ALL_VERSIONS)))
}

fn config(
    certificate: CertificateDer<'static>,
    key: &KeyPair,
    versions: &[&'static SupportedProtocolVersion],
) -> ServerConfig {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap()
}

/// A client that trusts the authority alone calls this server. Also returns how often it connected and asked.
async fn meet(authority: &Authority, server: TlsAcceptor) -> (Result<MemberSyncTaskList, Error>, u64, u64) {
    let peer = Peer::start_tls(server, good());
    let result = call(&authority.client(peer.address())).await;
    (result, peer.connections(), peer.requests())
}

#[tokio::test]
async fn only_the_certificate_of_a_trusted_authority_for_this_host_and_time_is_accepted() {
    let authority = Authority::new();
    let mut expired = params("127.0.0.1");
    expired.not_after = date_time_ymd(2020, 1, 1);
    let servers = [
        authority.server(params("127.0.0.1")),
        authority.server(expired),
        self_signed(),
        authority.server(params("elsewhere.test")),
    ];
    for ((name, accepted), server) in ROWS.into_iter().zip(servers) {
        let (result, connections, requests) = meet(&authority, server).await;
        assert_eq!(connections, 1, "{name}: {result:?}");
        if accepted {
            assert!(result.is_ok() && requests == 1, "{name}: {result:?}");
        } else {
            let error = result.unwrap_err();
            assert_eq!((predicates(&error), error.attempts(), requests), (vec!["is_connect"], 1, 0), "{name}: {error}");
            assert!(error.to_string().contains("certificate"), "{name}: {error}");
        }
    }
}
