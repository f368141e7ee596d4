//! What an instance may ask for beside wasi:http: the store and the settings, as Spin names them.

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

/// When it is for instances until time passes, as for the handler alone: 2026-01-01, in milliseconds since 1970.
pub const NOW_MS: u64 = 1_767_225_601_000;

/// The most bytes that an instance may print before it is stopped.
const PRINTED_BYTES: usize = 64 * 1024;

/// How the store behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// As a store should.
    #[default]
    Well,
    /// It takes nothing more.
    Full,
    /// It does not open.
    Down,
}

/// What all instances share. Clones share it too.
#[derive(Clone, Debug)]
pub struct Platform {
    store: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    mood: Arc<Mutex<Mood>>,
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
            mood: Arc::default(),
            settings: Arc::default(),
            traps: Arc::default(),
            peak: Arc::default(),
            now_ms: Arc::new(AtomicU64::new(NOW_MS)),
            printed: MemoryOutputPipe::new(PRINTED_BYTES),
        }
    }
}

impl Platform {
    /// The key-value store, by key.
    pub fn store(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        lock(&self.store)
    }

    /// How the store behaves.
    pub fn mood(&self) -> Mood {
        *lock(&self.mood)
    }

    /// Lets the store behave so.
    pub fn set_mood(&self, mood: Mood) {
        *lock(&self.mood) = mood;
    }

    /// Sets a variable of the component; for wasi:http 0.2 one of its environment.
    pub fn set(&self, name: &str, value: &str) {
        lock(&self.settings).insert(name.to_owned(), value.to_owned());
    }

    /// A variable.
    pub fn setting(&self, name: &str) -> Option<String> {
        lock(&self.settings).get(name).cloned()
    }

    /// Why instances ended before their time.
    pub fn traps(&self) -> Vec<String> {
        lock(&self.traps).clone()
    }

    pub(crate) fn add_trap(&self, why: String) {
        lock(&self.traps).push(why);
    }

    /// The largest memory of an instance since the last call, in bytes.
    pub fn take_peak(&self) -> usize {
        self.peak.swap(0, Ordering::Relaxed)
    }

    /// Lets so much time pass, in milliseconds, for all clocks that instances read from now on.
    pub fn pass_ms(&self, ms: u64) {
        self.now_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// All that instances printed.
    pub fn printed(&self) -> Vec<u8> {
        self.printed.contents().to_vec()
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What one instance holds.
pub struct Held {
    pub(crate) platform: Platform,
    pub(crate) table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
}

impl Held {
    /// For a fresh instance: no file, no argument; the settings as environment; outgoing requests to anywhere.
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

    /// Links all that an instance may ask for.
    pub fn link(linker: &mut Linker<Self>) -> wasmtime::Result<()> {
        wasmtime_wasi::p2::add_to_linker_async(linker)?;
        wasmtime_wasi::p3::add_to_linker(linker)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)?;
        wasmtime_wasi_http::p3::add_to_linker(linker)?;
        keys::add_to_linker(linker)
    }
}

impl WasiView for Held {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for Held {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            ctx: &mut self.http,
            table: &mut self.table,
            hooks: Default::default(),
        }
    }
}

impl ResourceLimiter for Held {
    fn memory_growing(&mut self, _current: usize, desired: usize, _most: Option<usize>) -> wasmtime::Result<bool> {
        self.platform.peak.fetch_max(desired, Ordering::Relaxed);
        Ok(true)
    }

    fn table_growing(&mut self, _current: usize, _desired: usize, _most: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true)
    }
}

/// A clock that stands until it is moved, so that answers can be compared.
struct Standing(Arc<AtomicU64>);

impl HostWallClock for Standing {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}
