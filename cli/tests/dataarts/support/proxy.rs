//! A proxy that does what it should not: it changes requests on the way.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

/// Passes requests on to `target` with `changed` wherever their head has `original`. Gives the address to ask instead.
pub(crate) fn start(target: SocketAddr, original: &'static str, changed: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            // Whoever asked sees the connection break.
            let _ = pass_on(connection, target, original, changed);
        }
    });
    endpoint
}

/// One request without a body, and its answer.
fn pass_on(mut connection: TcpStream, target: SocketAddr, original: &str, changed: &str) -> io::Result<()> {
    let lines = BufReader::new(&connection).lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let head = head.join("\r\n").replace(original, changed);
    let mut upstream = TcpStream::connect(target)?;
    write!(upstream, "{head}\r\nConnection: close\r\n\r\n")?;
    io::copy(&mut upstream, &mut connection)?;
    Ok(())
}
