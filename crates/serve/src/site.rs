//! The server: a folder, an address, graceful shutdown.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse as _, Response};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::answer::{RequestHead, Shop};
use crate::cache::FileCache;

/// Time limit for open responses when the server is stopped.
pub const GRACE: Duration = Duration::from_secs(10);
/// Ports tried after the requested one: enough for a few other servers.
const PORTS_TRIED: u16 = 20;

/// Origins whose pages may read the files (CORS), beside the server's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origins {
    /// No other origin.
    #[default]
    None,
    /// Any origin.
    Any,
    /// These origins, each as `https://shop.example`.
    These(Vec<HeaderValue>),
}

/// How a folder is served: headers and origins.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Content-Security-Policy of every file but the worker's script.
    pub page_policy: Option<HeaderValue>,
    /// Origins whose pages may read the files.
    pub origins: Origins,
}

/// A folder, bound to the address on which it will be served.
#[derive(Debug)]
pub struct Site {
    router: Router,
    listener: TcpListener,
}

impl Site {
    /// Binds the address; port 0 takes any free port.
    ///
    /// # Errors
    /// If the folder does not exist, or the address cannot be bound.
    pub fn at(folder: &Path, address: SocketAddr, options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let router = router(folder, options)?;
        Ok(Self { router, listener })
    }

    /// Binds the port on 127.0.0.1, or the next free one of twenty.
    ///
    /// # Errors
    /// If the folder does not exist, or none of the ports is free.
    pub fn near(folder: &Path, port: u16, options: Options) -> io::Result<Self> {
        let local = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
        let ports = port..=port.saturating_add(PORTS_TRIED);
        let mut listeners = ports.map(|port| TcpListener::bind(local(port)));
        let listener = listeners.find(Result::is_ok);
        let listener = listener.unwrap_or_else(|| Err(io::ErrorKind::AddrInUse.into()))?;
        let router = router(folder, options)?;
        Ok(Self { router, listener })
    }

    /// Returns the URL of the server.
    ///
    /// # Errors
    /// If the operating system does not report the bound address.
    pub fn address(&self) -> io::Result<String> {
        Ok(format!("http://{}", self.listener.local_addr()?))
    }

    /// Serves until `stop` completes, and then finishes open responses for at most [`GRACE`].
    ///
    /// # Errors
    /// If the operating system refuses to accept connections.
    pub fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            self.listener.set_nonblocking(true)?;
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            let (ready, started) = tokio::sync::oneshot::channel();
            let stop = async {
                stop.await;
                // The receiver is gone if the server ended by itself.
                let _ = ready.send(());
            };
            let server = axum::serve(listener, self.router).with_graceful_shutdown(stop);
            let too_late = async {
                match started.await {
                    Ok(()) => tokio::time::sleep(GRACE).await,
                    Err(_) => std::future::pending().await,
                }
            };
            tokio::select! {
                done = server => done,
                () = too_late => Ok(()),
            }
        })
    }
}

/// Waits for Ctrl-C or `SIGTERM`.
pub async fn stopped() {
    let keyboard = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let system = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let system = std::future::pending::<()>();
    tokio::select! {
        () = keyboard => {}
        () = system => {}
    }
}

/// Returns the service that answers for a folder, for servers that put something in front of it.
///
/// # Errors
/// If the folder does not exist.
pub fn router(folder: &Path, options: Options) -> io::Result<Router> {
    let root = folder.canonicalize()?;
    if !root.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    let shop = Shop {
        root,
        cache: FileCache::default(),
        page_policy: options.page_policy,
    };
    let router = Router::new().fallback(answer).with_state(Arc::new(shop));
    Ok(match options.origins {
        Origins::None => router,
        Origins::Any => router.layer(cors(AllowOrigin::any())),
        Origins::These(origins) => router.layer(cors(AllowOrigin::list(origins))),
    })
}

fn cors(origins: AllowOrigin) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::HEAD])
        .allow_headers([header::RANGE, header::IF_NONE_MATCH, header::IF_RANGE])
        .expose_headers([header::ETAG, header::CONTENT_RANGE])
}

async fn answer(State(shop): State<Arc<Shop>>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let work = move || {
        shop.answer(&RequestHead {
            method: &head.method,
            uri: &head.uri,
            headers: &head.headers,
        })
    };
    // Reading and compressing block, so they run on the blocking pool.
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer,
        Err(_) => axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
