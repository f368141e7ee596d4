//! Serves a component on a port, with a fresh instance for every request.

use std::collections::BTreeMap;
use std::future::{self, Future};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::task::{Context as Waiting, Poll};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use wasmtime::component::{Component, GuestTaskId, Linker};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store, StoreContextMut};
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, ProxyHandler, ProxyPre, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};
use wasmtime_wasi_http::{WasiBody, WasiHttpView, p2, p3};

use crate::platform::{Platform, RequestState};

/// Maximum number of concurrent instances.
const INSTANCES: u32 = 64;
/// Maximum memory of an instance.
const MEMORY_BYTES: usize = 128 << 20;
/// Part of an instance's memory that is zeroed and reused for the next one.
const KEPT_BYTES: usize = 256 << 10;
/// Maximum time that an instance may run after its response.
const AFTERWARDS: Duration = Duration::from_secs(10);

/// A running component.
#[derive(Debug)]
pub struct Server {
    /// Address on which it listens.
    pub address: SocketAddr,
    /// State shared by its instances.
    pub platform: Platform,
    runtime: Option<Runtime>,
}

impl Server {
    /// Compiles the component, or loads it from the compilation cache, and listens; port 0 selects any free one.
    ///
    /// # Errors
    /// If the file is not a component for wasi:http, or imports more than the host provides.
    pub fn start(component: &Path, platform: &Platform, listen: SocketAddr) -> Result<Self> {
        let state = State {
            pre: pre(component)?,
            platform: platform.clone(),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let listener = runtime
            .block_on(TcpListener::bind(listen))
            .with_context(|| format!("cannot bind {listen}"))?;
        let address = listener.local_addr()?;
        runtime.spawn(accept(listener, ProxyHandler::new(state)));
        Ok(Self {
            address,
            platform: platform.clone(),
            runtime: Some(runtime),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn engine() -> wasmtime::Result<&'static Engine> {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    if let Some(engine) = ENGINE.get() {
        return Ok(engine);
    }
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(INSTANCES)
        .total_core_instances(4 * INSTANCES)
        .total_stacks(4 * INSTANCES);
    pool.total_memories(INSTANCES)
        .total_tables(4 * INSTANCES)
        .max_memory_size(MEMORY_BYTES);
    pool.linear_memory_keep_resident(KEPT_BYTES).max_tables_per_component(8);
    let mut config = Config::new();
    config
        .wasm_component_model_async(true)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    let engine = Engine::new(&config)?;
    Ok(ENGINE.get_or_init(|| engine))
}

/// Compiles and links the component once.
fn pre(file: &Path) -> Result<ProxyPre<RequestState>> {
    static COMPILED: Mutex<BTreeMap<PathBuf, Component>> = Mutex::new(BTreeMap::new());
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let component = match compiled.get(file) {
        Some(component) => component.clone(),
        None => {
            let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let component = Component::new(engine().map_err(plain)?, bytes).map_err(plain)?;
            compiled.entry(file.to_owned()).or_insert(component).clone()
        }
    };
    let mut linker = Linker::new(engine().map_err(plain)?);
    RequestState::link(&mut linker).map_err(plain)?;
    let pre = linker.instantiate_pre(&component).map_err(plain)?;
    let newer = p3::bindings::ServicePre::new(pre.clone()).map(ProxyPre::P3);
    let pre = newer.or_else(|_| p2::bindings::ProxyPre::new(pre).map(ProxyPre::P2));
    pre.map_err(plain)
        .with_context(|| format!("{} serves no wasi:http", file.display()))
}

/// Converts wasmtime's errors, which do not implement the standard library's trait.
fn plain(why: wasmtime::Error) -> anyhow::Error {
    anyhow::anyhow!("{why:?}")
}

async fn accept(listener: TcpListener, handler: ProxyHandler<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let handler = handler.clone();
        tokio::spawn(async move {
            let serve = service_fn(|request| answer(handler.clone(), request));
            // A client that disconnects is not an error of the host.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), serve)
                .await;
        });
    }
}

async fn answer(
    handler: ProxyHandler<State>,
    request: http::Request<hyper::body::Incoming>,
) -> Result<http::Response<WasiBody>> {
    let request = request.map(|body| body.map_err(Into::into).boxed_unsync());
    Ok(handler.handle((), request).await.unwrap_or_else(|why| {
        handler.state().platform.add_trap(format!("{why:?}"));
        let body = Full::new(Bytes::from_static(b"the component failed")).map_err(|never| match never {});
        let mut failed = http::Response::new(body.boxed_unsync());
        *failed.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
        failed
    }))
}

struct State {
    pre: ProxyPre<RequestState>,
    platform: Platform,
}

impl HandlerState for State {
    type StoreData = RequestState;
    type WorkerExpiration = Afterwards;
    type WorkerState = Once;

    async fn instantiate(&self) -> wasmtime::Result<Instance<RequestState, Afterwards, Once>> {
        let mut store = Store::new(engine()?, RequestState::new(self.platform.clone()));
        store.limiter(|held| held);
        let proxy = self.pre.instantiate_async(&mut store).await?;
        let expiration = Afterwards(Box::pin(tokio::time::sleep(AFTERWARDS)));
        Ok(Instance {
            store,
            proxy,
            view: <RequestState as WasiHttpView>::http,
            expiration,
            state: Once(self.platform.clone()),
        })
    }
}

/// The task of an instance after its response.
struct Afterwards(Pin<Box<tokio::time::Sleep>>);

impl WorkerExpiration for Afterwards {
    fn poll(mut self: Pin<&mut Self>, waiting: &mut Waiting<'_>, _: WorkerStatus, _: Instant) -> Poll<()> {
        self.0.as_mut().poll(waiting)
    }
}

/// An instance for one request.
struct Once(Platform);

impl WorkerState for Once {
    type StoreData = RequestState;
    type RequestData = ();

    fn should_accept_request(&self, _concurrent: usize, total: usize) -> ShouldAccept {
        if total == 0 {
            ShouldAccept::Yes
        } else {
            ShouldAccept::Never
        }
    }

    fn on_request_start(
        &self,
        _: StoreContextMut<'_, RequestState>,
        (): (),
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        Box::pin(future::pending())
    }

    fn drop(&self, _: Store<RequestState>, result: Result<(), wasmtime::Error>) {
        if let Err(why) = result {
            self.0.add_trap(format!("{why:?}"));
        }
    }
}
