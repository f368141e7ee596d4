//! The platform of an instance apart from wasi:http: store and settings, with Spin's names.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use wasmtime::ResourceLimiter;
use wasmtime::component::{Linker, ResourceTable};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{HostWallClock, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::keys;

/// Initial time of all instances, as for the handler alone: 2026-01-01, in milliseconds since 1970.
pub const NOW_MS: u64 = 1_767_225_601_000;

/// Maximum output of an instance in bytes; beyond it the instance is stopped.
const PRINTED_BYTES: usize = 64 * 1024;

/// How the store behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoreState {
    /// Works.
    #[default]
    Well,
    /// Refuses writes.
    Full,
    /// Does not open.
    Down,
}

/// State shared by all instances, and by clones.
#[derive(Clone, Debug)]
pub struct Platform {
    store: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    state: Arc<Mutex<StoreState>>,
    settings: Arc<Mutex<BTreeMap<String, String>>>,
    traps: Arc<Mutex<Vec<String>>>,
    peak: Arc<AtomicUsize>,
    now_ms: Arc<AtomicU64>,
    printed: MemoryOutputPipe,
}

impl Default for Platform {
    fn default() -> Self {
        Self {
            store: Arc::default(),
            state: Arc::default(),
            settings: Arc::default(),
            traps: Arc::default(),
            peak: Arc::default(),
            now_ms: Arc::new(AtomicU64::new(NOW_MS)),
            printed: MemoryOutputPipe::new(PRINTED_BYTES),
        }
    }
}

impl Platform {
    /// Returns the key-value store, by key.
    pub fn store(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        lock(&self.store)
    }

    /// Returns how the store behaves.
    pub fn state(&self) -> StoreState {
        *lock(&self.state)
    }

    /// Sets how the store behaves.
    pub fn set_state(&self, state: StoreState) {
        *lock(&self.state) = state;
    }

    /// Sets a variable of the component; for wasi:http 0.2 an environment variable.
    pub fn set(&self, name: &str, value: &str) {
        lock(&self.settings).insert(name.to_owned(), value.to_owned());
    }

    /// Returns the value of a variable.
    pub fn setting(&self, name: &str) -> Option<String> {
        lock(&self.settings).get(name).cloned()
    }

    /// Returns the traps of instances.
    pub fn traps(&self) -> Vec<String> {
        lock(&self.traps).clone()
    }

    pub(crate) fn add_trap(&self, why: String) {
        lock(&self.traps).push(why);
    }

    /// Returns the peak memory of an instance since the last call, in bytes.
    pub fn take_peak(&self) -> usize {
        self.peak.swap(0, Ordering::Relaxed)
    }

    /// Advances all clocks that instances read from now on, in milliseconds.
    pub fn pass_ms(&self, ms: u64) {
        self.now_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// Returns everything that instances printed.
    pub fn printed(&self) -> Vec<u8> {
        self.printed.contents().to_vec()
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// State of one instance.
pub struct RequestState {
    pub(crate) platform: Platform,
    pub(crate) table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
}

impl RequestState {
    /// Creates the state of a fresh instance: no files and arguments; the settings as environment; outgoing requests to
    /// any host.
    pub fn new(platform: Platform) -> Self {
        let mut wasi = WasiCtx::builder();
        wasi.stdout(platform.printed.clone()).stderr(platform.printed.clone());
        wasi.wall_clock(Standing(platform.now_ms.clone()));
        for (name, value) in lock(&platform.settings).iter() {
            wasi.env(name.to_uppercase(), value);
        }
        let wasi = wasi.build();
        Self {
            platform,
            table: ResourceTable::new(),
            wasi,
            http: WasiHttpCtx::new(),
        }
    }

    /// Links everything that an instance may import.
    pub fn link(linker: &mut Linker<Self>) -> wasmtime::Result<()> {
        wasmtime_wasi::p2::add_to_linker_async(linker)?;
        wasmtime_wasi::p3::add_to_linker(linker)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)?;
        wasmtime_wasi_http::p3::add_to_linker(linker)?;
        keys::add_to_linker(linker)
    }
}

impl WasiView for RequestState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for RequestState {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            ctx: &mut self.http,
            table: &mut self.table,
            hooks: Default::default(),
        }
    }
}

impl ResourceLimiter for RequestState {
    fn memory_growing(&mut self, _current: usize, desired: usize, _most: Option<usize>) -> wasmtime::Result<bool> {
        self.platform.peak.fetch_max(desired, Ordering::Relaxed);
        Ok(true)
    }

    fn table_growing(&mut self, _current: usize, _desired: usize, _most: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true)
    }
}

/// A clock that moves only by explicit calls, so that responses can be compared.
struct Standing(Arc<AtomicU64>);

impl HostWallClock for Standing {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}
