//! The first witness: a server and forward proxy that every request of a browser has to pass.

mod forward;
mod handlers;
mod pass;
mod record;
mod subject;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::middleware::from_fn_with_state;
use shelfwise_audit::observed::Request;
use tokio::sync::oneshot;

pub use self::handlers::Answer;
use self::pass::Passage;
pub use self::subject::Subject;
pub(crate) use self::subject::Target;

/// A server and proxy on 127.0.0.1, until it is dropped. One browser at a time: what it records names no browser.
#[derive(Debug)]
pub struct Sink {
    address: SocketAddr,
    passage: Arc<Passage>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sink {
    /// Starts it on a free port.
    ///
    /// # Errors
    /// If the folder does not exist, the origin is none, or no port can be had.
    pub fn start(subject: &Subject) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot listen on 127.0.0.1")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let passage = Arc::new(Passage::of(subject, address)?);
        let router = subject
            .router()?
            .layer(from_fn_with_state(Arc::clone(&passage), pass::pass));
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("sink".to_owned())
            .spawn(move || serve(listener, router, stopped))?;
        Ok(Self {
            address,
            passage,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where a browser finds it as its proxy.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The origin of the audited pages: its own address for a folder. Without a slash at its end.
    pub fn origin(&self) -> &str {
        &self.passage.origin
    }

    /// Answers a path of the audited origin by a function, in the place of the folder's file. Query strings are not looked
    /// at. It runs on a thread that may block.
    pub fn handle(&self, path: &str, handler: impl Fn(&Request) -> Answer + Send + Sync + 'static) {
        self.passage.handlers.add(path, handler);
    }

    /// Everything that was recorded since it was last taken, by time.
    pub fn take(&self) -> Vec<Request> {
        self.recording().take()
    }

    pub(crate) fn recording(&self) -> Recorded {
        self.passage.recorded.clone()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // Its thread may have ended by itself.
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Serves until it is told to stop; connections that are open then are cut.
fn serve(listener: TcpListener, router: Router, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
            return;
        };
        tokio::select! {
            // It ends when its owner is dropped, or when the system takes no connections any more.
            _ = async { axum::serve(listener, router).await } => {}
            _ = stopped => {}
        }
    });
    runtime.shutdown_background();
}

pub(crate) use self::record::{Recorded, now_ms};
