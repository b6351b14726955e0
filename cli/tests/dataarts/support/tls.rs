//! TLS in front of a service, with the certificate of an authority that no one knows.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Passes on what it deciphers.
pub(crate) struct Front {
    pub(crate) address: SocketAddr,
    /// Its authority's certificate, as PEM.
    pub(crate) authority: String,
    /// Ends with the front.
    _tasks: JoinSet<()>,
}

impl Front {
    /// In front of `http://host:port`.
    pub(crate) async fn start(service: &str) -> Self {
        let target: SocketAddr = service.trim_start_matches("http://").parse().expect("an address");
        let (authority, acceptor) = certified();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                connections.spawn(async move {
                    // A client that does not like the certificate hangs up here.
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let mut upstream = TcpStream::connect(target).await.expect("the service");
                    // However it ends, the client sees it.
                    let _ = copy_bidirectional(&mut stream, &mut upstream).await;
                });
            }
        });
        Self { address, authority, _tasks: tasks }
    }
}

fn certified() -> (String, TlsAcceptor) {
    let mut authority = CertificateParams::default();
    authority.distinguished_name.push(DnType::CommonName, "authority of a company");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key")).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let server = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
    let certificate = server.signed_by(&key, &issuer).expect("a certificate");
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a certificate that fits its key");
    (issuer.pem(), TlsAcceptor::from(Arc::new(config)))
}
