//! An HTTP client with one connection and sequential requests.

use std::net::SocketAddr;

use anyhow::Result;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

/// A keep-alive connection.
#[derive(Debug)]
pub struct Client {
    runtime: Runtime,
    sender: SendRequest<Full<Bytes>>,
    address: SocketAddr,
}

impl Client {
    /// Connects to a server.
    ///
    /// # Errors
    /// If nobody listens at the address.
    pub fn connect(address: SocketAddr) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let sender = runtime.block_on(async {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let (sender, connection) = handshake(TokioIo::new(stream)).await?;
            tokio::spawn(connection);
            anyhow::Ok(sender)
        })?;
        Ok(Self {
            runtime,
            sender,
            address,
        })
    }

    /// Sends a request and reads the whole response.
    ///
    /// # Errors
    /// If the connection breaks.
    pub fn send(&mut self, mut request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>> {
        let host = self.address.to_string().parse()?;
        request.headers_mut().insert(http::header::HOST, host);
        let sender = &mut self.sender;
        self.runtime.block_on(async move {
            sender.ready().await?;
            let response = sender
                .send_request(request.map(|body| Full::new(Bytes::from(body))))
                .await?;
            let (head, body) = response.into_parts();
            let body = body.collect().await?.to_bytes().to_vec();
            Ok(http::Response::from_parts(head, body))
        })
    }
}
