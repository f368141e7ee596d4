//! Spin's key-value store and variables, in memory.

use wasmtime::component::{Accessor, FutureReader, HasData, Linker, Resource, StreamReader};

use crate::platform::{RequestState, StoreState};

mod generated {
    #![allow(missing_docs, clippy::all, reason = "generated from Spin's interfaces")]
    wasmtime::component::bindgen!({
        path: "wit",
        world: "platform",
        imports: { default: async | store | trappable },
        with: { "spin:key-value/key-value.store": super::Opened },
    });
}

use generated::spin::key_value::key_value::{self, Error};
use generated::spin::variables::variables;

/// An open store; the only one is named `default`.
#[derive(Debug)]
pub struct Opened;

struct Spin;

impl HasData for Spin {
    type Data<'a> = &'a mut RequestState;
}

/// Links the key-value store and the variables.
pub fn add_to_linker(linker: &mut Linker<RequestState>) -> wasmtime::Result<()> {
    key_value::add_to_linker::<_, Spin>(linker, |held| held)?;
    variables::add_to_linker::<_, Spin>(linker, |held| held)
}

impl key_value::Host for RequestState {}
impl key_value::HostStore for RequestState {}
impl variables::Host for RequestState {}

impl<T> key_value::HostStoreWithStore<T> for Spin {
    async fn open(host: &Accessor<T, Self>, label: String) -> wasmtime::Result<Result<Resource<Opened>, Error>> {
        host.with(|mut access| {
            let held = access.get();
            match held.platform.state() {
                StoreState::Down => Ok(Err(Error::Other("the store is down".to_owned()))),
                _ if label != "default" => Ok(Err(Error::NoSuchStore)),
                _ => Ok(Ok(held.table.push(Opened)?)),
            }
        })
    }

    async fn get(
        host: &Accessor<T, Self>,
        _: Resource<Opened>,
        key: String,
    ) -> wasmtime::Result<Result<Option<Vec<u8>>, Error>> {
        host.with(|mut access| Ok(Ok(access.get().platform.store().get(&key).cloned())))
    }

    async fn set(
        host: &Accessor<T, Self>,
        _: Resource<Opened>,
        key: String,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), Error>> {
        host.with(|mut access| {
            let platform = &access.get().platform;
            if platform.state() == StoreState::Full {
                return Ok(Err(Error::Other("the store is full".to_owned())));
            }
            platform.store().insert(key, value);
            Ok(Ok(()))
        })
    }

    async fn delete(host: &Accessor<T, Self>, _: Resource<Opened>, key: String) -> wasmtime::Result<Result<(), Error>> {
        host.with(|mut access| access.get().platform.store().remove(&key));
        Ok(Ok(()))
    }

    async fn exists(
        host: &Accessor<T, Self>,
        _: Resource<Opened>,
        key: String,
    ) -> wasmtime::Result<Result<bool, Error>> {
        host.with(|mut access| Ok(Ok(access.get().platform.store().contains_key(&key))))
    }

    async fn get_keys(
        _: &Accessor<T, Self>,
        _: Resource<Opened>,
    ) -> wasmtime::Result<(StreamReader<String>, FutureReader<Result<(), Error>>)> {
        Err(wasmtime::Error::msg("the edge worker knows its keys"))
    }

    async fn drop(host: &Accessor<T, Self>, store: Resource<Opened>) -> wasmtime::Result<()> {
        host.with(|mut access| access.get().table.delete(store))?;
        Ok(())
    }
}

impl<T> variables::HostWithStore<T> for Spin {
    async fn get(host: &Accessor<T, Self>, name: String) -> wasmtime::Result<Result<String, variables::Error>> {
        host.with(|mut access| {
            let value = access.get().platform.setting(&name);
            Ok(value.ok_or(variables::Error::Undefined(name)))
        })
    }
}
