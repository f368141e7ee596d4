#!/usr/bin/env bash
# Makes `cargo build --target wasm32-unknown-unknown` possible on this machine. Running it again changes nothing.
#
#   1. A toolchain that can do it is used as it is.
#   2. Otherwise `rustup target add` is tried (not with WASM_SKIP_RUSTUP=1: for machines that see package registries only).
#   3. Otherwise, on Debian and as root, the standard library is built once from Debian's Rust packages, offline, and
#      that compiler is linked into rustup under the name "wasm-debian".
#
# The only line on stdout names the toolchain for wasm builds: "default" (plain `cargo`) or "wasm-debian".
set -euo pipefail

target=wasm32-unknown-unknown
linked=wasm-debian
linked_dir=/opt/wasm-debian
rustup_timeout_s=60

say() { printf 'setup-wasm-target: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
use() { say "$target is ready on the toolchain: $1"; echo "$1"; exit 0; }

# links RUSTC...: that compiler has a standard library for the target, and can link with it.
links() {
  local dir libdir ok=0
  libdir=$("$@" --print target-libdir --target "$target" 2>/dev/null) || return 1
  compgen -G "$libdir/libstd-*.rlib" >/dev/null || return 1
  dir=$(mktemp -d)
  echo '#[unsafe(no_mangle)] pub extern "C" fn f(n: u32) -> usize { format!("{n:?}").len() }' >"$dir/probe.rs"
  "$@" --edition 2024 --target "$target" --crate-type cdylib -O "$dir/probe.rs" -o "$dir/probe.wasm" 2>"$dir/log" || ok=1
  [ $ok = 0 ] || { say "$* has a standard library for $target, but cannot link:"; head -5 "$dir/log" >&2; }
  rm -rf "$dir"
  return $ok
}

default_links() { links env -u RUSTUP_TOOLCHAIN rustc; }
linked_links() { command -v rustup >/dev/null && links rustup run "$linked" rustc; }

add_by_rustup() {
  [ "${WASM_SKIP_RUSTUP:-}" != 1 ] && command -v rustup >/dev/null || return 1
  timeout "$rustup_timeout_s" env -u RUSTUP_TOOLCHAIN rustup target add "$target" >&2 && default_links
}

# apt_need PACKAGE...: installs those that are missing.
apt_need() {
  local package missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "apt-get install ${missing[*]}"
  apt-get update -qq >&2 || say "apt-get update failed, trying with the lists at hand"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# Debian's rustc finds its linker beside its own libraries: rustup's copy where there is one, else Debian's lld.
provide_linker() {
  local bin=$rustlib/$host/bin lld major
  [ ! -x "$bin/rust-lld" ] || return 0
  mkdir -p "$bin"
  for lld in "${RUSTUP_HOME:-$HOME/.rustup}"/toolchains/*/lib/rustlib/"$host"/bin/rust-lld; do
    [ ! -x "$lld" ] || { ln -sf "$lld" "$bin/rust-lld"; return 0; }
  done
  major=$(field 'LLVM version')
  major=${major%%.*}
  apt_need "lld-$major"
  ln -sf "/usr/lib/llvm-$major/bin/lld" "$bin/rust-lld"
}

# Builds the standard library from the sources and dependencies that Debian ships; about a minute.
# Bitcode is embedded because `lto = true` reads it, and paths are written as rustup's own libraries have them.
build_std() {
  local dir=$1 src
  src=$(readlink -f "$rustlib/src/rust")
  mkdir -p "$dir/src" && : >"$dir/src/lib.rs"
  printf '[package]\nname = "seed"\nversion = "0.0.0"\nedition = "2021"\n[profile.release]\ncodegen-units = 1\n' >"$dir/Cargo.toml"
  (cd "$dir" && env -u RUSTUP_TOOLCHAIN -u CARGO_ENCODED_RUSTFLAGS -u RUSTC_WRAPPER -u CARGO_BUILD_TARGET \
    RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_DIR="$dir/target" \
    RUSTFLAGS="-Cembed-bitcode=yes --remap-path-prefix=$src=/rustc/$(field commit-hash)" \
    /usr/bin/cargo build --release -Zbuild-std=std,panic_abort,test --target "$target" --offline \
    --config 'source.crates-io.replace-with="vendored"' \
    --config "source.vendored.directory=\"$src/library/vendor\"" >"$dir/log" 2>&1)
}

install_std() {
  local dest=$rustlib/$target dir
  # The stamp holds the compiler's version: an upgraded compiler gets a new library.
  [ ! -f "$dest/.built-by" ] || [ "$(cat "$dest/.built-by")" != "$version" ] || return 0
  say "building the standard library for $target with Debian's rustc $(field release)"
  dir=$(mktemp -d)
  build_std "$dir" || { tail -30 "$dir/log" >&2; fail "the standard library did not build; its log is $dir/log"; }
  rm -rf "$dest/lib" && mkdir -p "$dest/lib"
  find "$dir/target/$target/release/deps" -name 'lib*.rlib' ! -name 'libseed-*' -exec cp {} "$dest/lib/" \;
  echo "$version" >"$dest/.built-by"
  rm -rf "$dir"
}

link_toolchain() {
  local tool
  mkdir -p "$linked_dir/bin" "$linked_dir/lib"
  for tool in rustc rustdoc cargo; do ln -sf "/usr/bin/$tool" "$linked_dir/bin/$tool"; done
  rustup toolchain link "$linked" "$linked_dir" >&2
}

! default_links || use default
! linked_links || use "$linked"
! add_by_rustup || use default

command -v apt-get >/dev/null || fail "no apt-get here: install a Rust toolchain with the target $target by hand"
[ "$(id -u)" = 0 ] || fail "run 'rustup target add $target', or this script as root (it installs Debian packages)"
apt_need rustc-web cargo-web rust-web-src
version=$(/usr/bin/rustc -vV)
field() { sed -n "s/^$1: //p" <<<"$version"; }
host=$(field host)
rustlib=$(/usr/bin/rustc --print sysroot)/lib/rustlib
provide_linker
install_std
if ! command -v rustup >/dev/null; then
  links /usr/bin/rustc || fail "Debian's rustc still cannot link for $target"
  use default
fi
link_toolchain
linked_links || fail "the linked toolchain still cannot link for $target"
use "$linked"
