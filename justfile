# What is done often. Every recipe is one or two ordinary commands, so that nobody needs `just`.

# List the recipes.
default:
    @just --list

# Lints, layout and types, without running anything.
check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

# Everything that must pass before a change goes in.
test: check
    cargo test

# Lay out the code and the books.
fmt:
    cargo fmt
    cargo run --quiet -- fmt policies/*/*.tariff policies/*/*/*.tariff tests/*/*.tariff

# Rewrite what the documents and snapshots show of the program's output; read the difference before keeping it.
bless:
    BLESS=1 cargo test --test spec || true
    INSTA_UPDATE=always cargo test --test it
    git diff --stat

# How fast.
bench:
    cargo bench

# How fast beside Polars and DuckDB, on a million rows (needs `pip install polars duckdb`; both are optional).
bench-peers:
    cargo build --release
    cargo run --release --quiet --example workload -- target/peers 1000000
    python3 benches/peers.py target/peers target/release/carveout

# Licences, sources and known faults of the dependencies (needs cargo-deny).
deny:
    cargo deny check
