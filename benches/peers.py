"""Assesses the workload of the benchmarks with Polars and DuckDB as well, as one would write it there, and compares.

    cargo run --release --example workload -- target/peers 1000000
    python3 benches/peers.py target/peers target/release/carveout
    python3 benches/peers.py target/peers target/release/carveout parquet

Every program reads the same CSV and writes one, or the same Parquet file with decimals and dates, with amounts and the names of the duties that
apply, with as many threads as the machine has (`taskset -c 0` in front leaves one). They run in turn, a few times each; the median is shown, and
for the two libraries it leaves out the time to import them. Amounts are compared row by row and must agree to the cent, or the exit status is 1.
"""
import bisect
import csv
import datetime
import json
import os
import statistics
import subprocess
import sys
import time

RUNS = 5
FOLDER, CARVEOUT = sys.argv[1:3]
KIND = (sys.argv[3:] or ["csv"])[0]
RULES = json.load(open(f"{FOLDER}/rules.json"))
SHIPMENTS = f"{FOLDER}/shipments.csv"
COLUMNS = f"{FOLDER}/shipments.parquet"
KINDS = ("duties", "exemptions", "phaseouts")
LINES = sorted(line["hs"] for line in RULES["tariff"])
LINE = {line["hs"]: line for line in RULES["tariff"]}
day = datetime.date.fromisoformat


def origins():
    return sorted({row[2] for row in csv.reader(open(SHIPMENTS))} - {"origin"})


def masks(kind):
    """For each line, and for each origin, the rules of a kind that reach it, as bits."""
    of_line, of_origin = [0] * len(LINES), {o: 0 for o in ORIGINS}
    for i, rule in enumerate(RULES[kind]):
        for code in rule["codes"]:
            for at in range(bisect.bisect_left(LINES, code), bisect.bisect_left(LINES, code + "~")):
                of_line[at] |= 1 << i
        for origin in ORIGINS:
            if (not rule["of"] or origin in rule["of"]) and origin not in rule["except"]:
                of_origin[origin] |= 1 << i
    return of_line, of_origin


def relieving(duty):
    return [i for i, e in enumerate(RULES["exemptions"]) if duty["id"] in e["duties"]]


def with_polars(out):
    import polars as pl
    c = pl.col
    tables = {kind: masks(kind) for kind in KINDS}
    tariff = pl.DataFrame({"hs": LINES, "points": [LINE[h]["points"] for h in LINES], "specific": [LINE[h]["specific"] for h in LINES],
                           **{f"line_{k}": tables[k][0] for k in KINDS}}).lazy()
    countries = pl.DataFrame({"origin": ORIGINS, **{f"origin_{k}": [tables[k][1][o] for o in ORIGINS] for k in KINDS},
                              "limited": [o in RULES["limit"]["of"] for o in ORIGINS]}).lazy()
    text = dict.fromkeys(("id", "hs", "origin", "importer"), pl.String)
    schema = {n: text.get(n) or (pl.Date if n in ("entered", "exported") else pl.Float64) for n in ("id", "hs", "origin", "value", "kg", "entered", "exported", "importer")}
    if KIND == "parquet":
        rows = pl.scan_parquet(COLUMNS).with_columns((c("value") * 100).cast(pl.Int64).alias("v"), (c("kg") * 1000).cast(pl.Int64).alias("g"))
    else:
        rows = pl.scan_csv(SHIPMENTS, schema=schema).with_columns((c("value") * 100).round().cast(pl.Int64).alias("v"), (c("kg") * 1000).round().cast(pl.Int64).alias("g"))
    rows = rows.join(tariff, on="hs", how="left", maintain_order="left").join(countries, on="origin", how="left", maintain_order="left")
    within = lambda r: (c("entered") >= day(r["from"])) & (c("entered") < day(r["until"]))
    reaches = lambda kind, i: (c(f"line_{kind}") & c(f"origin_{kind}") & (1 << i)) != 0
    holds = []
    for i, e in enumerate(RULES["exemptions"]):
        one = reaches("exemptions", i) & within(e)
        if e["exported_before"]:
            one = one & (c("exported") < day(e["exported_before"]))
        if e["importers"]:
            one = one & c("importer").is_in(e["importers"])
        holds.append(one.alias(f"e{i}"))
    year = c("entered").dt.year().cast(pl.Int64)
    staged = []
    for i, p in enumerate(RULES["phaseouts"]):
        left = ((p["stages"] - (year - p["year"] + 1)).clip(0) * 10) // p["stages"]
        staged.append(pl.when(reaches("phaseouts", i) & (c("entered") >= datetime.date(p["year"], 1, 1))).then(left).alias(f"f{i}"))
    rated = []
    for i, d in enumerate(RULES["duties"]):
        rate = pl.lit(0, pl.Int64)
        for step in d["steps"]:
            rate = pl.when(within(step)).then(pl.lit(step["points"], pl.Int64)).otherwise(rate)
        rated.append(pl.when(reaches("duties", i)).then(rate).otherwise(0).alias(f"r{i}"))
    rows = rows.with_columns(*holds, *staged, *rated)
    charged = []
    for i, d in enumerate(RULES["duties"]):
        free = relieving(d)
        rate = pl.when(pl.any_horizontal(*[f"e{e}" for e in free])).then(0).otherwise(c(f"r{i}")) if free else c(f"r{i}")
        charged.append((c("v") * rate + 5000) // 10000)
    left = pl.min_horizontal(*[f"f{i}" for i in range(len(staged))]).fill_null(10)
    rows = rows.with_columns(pl.sum_horizontal(*charged).alias("more"), (((c("v") * c("points") * 10 + c("g") * c("specific")) * left + 500_000) // 1_000_000).alias("base"))
    limit = RULES["limit"]
    ceiling = pl.when(c("limited") & within(limit)).then(((c("v") * limit["points"] + 5000) // 10000 - c("base")).clip(0))
    rows = rows.with_columns(pl.min_horizontal("more", ceiling).alias("more"))
    rows = rows.with_columns((((c("v") + c("base") + c("more")) * RULES["tax"] + 5000) // 10000).alias("tax"))
    money = lambda n, e: (e / 100).alias(n)
    names = [pl.when(charge > 0).then(pl.lit(d["id"])) for d, charge in zip(RULES["duties"], charged)]
    applied = pl.concat_str(*names, separator=";", ignore_nulls=True).alias("applied")
    rows = rows.select("id", money("duty", c("base") + c("more")), money("tax", c("tax")), money("total", c("base") + c("more") + c("tax")), applied)
    if KIND == "parquet":
        rows.sink_parquet(out, compression="snappy")
    else:
        rows.sink_csv(out, float_precision=2)


def with_duckdb(out):
    import duckdb
    con = duckdb.connect()
    tables = {kind: masks(kind) for kind in KINDS}
    con.execute("CREATE TABLE tariff (hs VARCHAR, rate DECIMAL(6,4), specific DECIMAL(6,4), " + ", ".join(f"line_{k} BIGINT" for k in KINDS) + ")")
    con.execute("CREATE TABLE countries (origin VARCHAR, limited BOOLEAN, " + ", ".join(f"origin_{k} BIGINT" for k in KINDS) + ")")
    con.execute("CREATE TABLE importers (importer VARCHAR, " + ", ".join(f"i{i} BOOLEAN" for i, e in enumerate(RULES["exemptions"]) if e["importers"]) + ")")
    values = lambda rows: ", ".join("(" + ", ".join(str(x) if isinstance(x, (int, bool)) else f"'{x}'" for x in row) + ")" for row in rows)
    con.execute("INSERT INTO tariff VALUES " + values((h, f"{LINE[h]['points'] / 10000:.4f}", f"{LINE[h]['specific'] / 10000:.4f}", *(tables[k][0][i] for k in KINDS)) for i, h in enumerate(LINES)))
    con.execute("INSERT INTO countries VALUES " + values((o, o in RULES["limit"]["of"], *(tables[k][1][o] for k in KINDS)) for o in ORIGINS))
    approved = [e["importers"] for e in RULES["exemptions"] if e["importers"]]
    con.execute("INSERT INTO importers VALUES " + values((n, *(n in a for a in approved)) for n in sorted({n for a in approved for n in a})))
    within = lambda r: f"entered >= DATE '{r['from']}' AND entered < DATE '{r['until']}'"
    reaches = lambda kind, i: f"(m_{kind} & {1 << i}) <> 0"
    holds, staged, rated, charged, names = [], [], [], [], []
    for i, e in enumerate(RULES["exemptions"]):
        more = (f" AND exported < DATE '{e['exported_before']}'" if e["exported_before"] else "") + (f" AND coalesce(i{i}, false)" if e["importers"] else "")
        holds.append(f"({reaches('exemptions', i)} AND {within(e)}{more}) AS e{i}")
    for i, p in enumerate(RULES["phaseouts"]):
        left = " ".join(f"WHEN {p['year'] + k} THEN {(p['stages'] - k - 1) / p['stages']:.1f}::DECIMAL(2,1)" for k in range(p["stages"]))
        staged.append(f"CASE WHEN {reaches('phaseouts', i)} AND entered >= DATE '{p['year']}-01-01' THEN CASE year(entered) {left} ELSE 0.0::DECIMAL(2,1) END END AS f{i}")
    for i, d in enumerate(RULES["duties"]):
        steps = " ".join(f"WHEN {within(s)} THEN {s['points'] / 10000:.4f}::DECIMAL(6,4)" for s in d["steps"])
        rated.append(f"CASE WHEN {reaches('duties', i)} THEN CASE {steps} END END AS r{i}")
        free = " OR ".join(f"e{e}" for e in relieving(d)) or "false"
        charged.append(f"coalesce(CASE WHEN NOT ({free}) THEN round(value * r{i}, 2)::DECIMAL(15,2) END, 0)::DECIMAL(15,2)")
        names.append(f"CASE WHEN {charged[-1]} > 0 THEN '{d['id']}' END")
    limit = RULES["limit"]
    columns = "{'id': 'VARCHAR', 'hs': 'VARCHAR', 'origin': 'VARCHAR', 'value': 'DECIMAL(12,2)', 'kg': 'DECIMAL(12,3)', 'entered': 'DATE', 'exported': 'DATE', 'importer': 'VARCHAR'}"
    source = f"read_parquet('{COLUMNS}')" if KIND == "parquet" else f"read_csv('{SHIPMENTS}', header = true, columns = {columns})"
    combined = ", ".join(f"line_{k} & origin_{k} AS m_{k}" for k in KINDS)
    query = f"""
        WITH a AS (SELECT s.*, rate, specific, limited, {combined}, COLUMNS('^i[0-9]+$') FROM {source} s
                   JOIN tariff USING (hs) JOIN countries USING (origin) LEFT JOIN importers USING (importer)),
        b AS (SELECT *, {', '.join(holds + staged + rated)} FROM a),
        c AS (SELECT id, value, limited, entered, round((value * rate + kg * specific) * coalesce(least({', '.join(f'f{i}' for i in range(len(staged)))}), 1.0::DECIMAL(2,1)), 2)::DECIMAL(15,2) AS base,
                     ({' + '.join(charged)})::DECIMAL(15,2) AS more, concat_ws(';', {', '.join(names)}) AS applied FROM b),
        d AS (SELECT id, value, base, applied, least(more, CASE WHEN limited AND {within(limit)} THEN greatest(round(value * {limit['points'] / 10000:.4f}::DECIMAL(6,4), 2)::DECIMAL(15,2) - base, 0)::DECIMAL(15,2) END)::DECIMAL(15,2) AS more FROM c),
        e AS (SELECT id, applied, (base + more)::DECIMAL(15,2) AS duty, round((value + base + more)::DECIMAL(14,2) * {RULES['tax'] / 10000:.2f}::DECIMAL(4,2), 2)::DECIMAL(15,2) AS tax FROM d)
        SELECT id, duty, tax, (duty + tax)::DECIMAL(15,2) AS total, applied FROM e"""
    con.execute(f"COPY ({query}) TO '{out}' (FORMAT {'parquet' if KIND == 'parquet' else 'csv, HEADER'})")


def with_carveout(out):
    if KIND == "parquet":
        subprocess.run([CARVEOUT, "run", f"{FOLDER}/book", COLUMNS, "--quiet", "-o", out], check=True)
    else:
        subprocess.run([CARVEOUT, "run", f"{FOLDER}/book", SHIPMENTS, "--quiet"], stdout=open(out, "wb"), check=True)


def write_columns():
    """The shipments as Parquet, as DuckDB writes it."""
    import duckdb
    types = "{'id': 'VARCHAR', 'hs': 'VARCHAR', 'origin': 'VARCHAR', 'value': 'DECIMAL(12,2)', 'kg': 'DECIMAL(12,3)', 'entered': 'DATE', 'exported': 'DATE', 'importer': 'VARCHAR'}"
    duckdb.sql(f"COPY (FROM read_csv('{SHIPMENTS}', header = true, columns = {types})) TO '{COLUMNS}' (FORMAT parquet)")


def amounts(path):
    if KIND == "parquet":
        import polars as pl
        cents = [(pl.col(n) * 100).round(0).cast(pl.Int64).alias(n) for n in ("duty", "tax", "total")]
        return {row[0]: row[1:] for row in pl.read_parquet(path).select("id", *cents).iter_rows()}
    with open(path, newline="") as f:
        rows = csv.reader(f)
        header = next(rows)
        at = [header.index(n) for n in ("id", "duty", "tax", "total")]
        return {row[at[0]]: tuple(int(row[i].replace(".", "")) for i in at[1:]) for row in rows}


ORIGINS = origins()
if KIND == "parquet":
    write_columns()
peers = {"carveout": with_carveout}
for name, run in (("polars", with_polars), ("duckdb", with_duckdb)):
    try:
        __import__(name)
        peers[name] = run
    except ImportError:
        print(f"{name} is not installed: pip install {name}", file=sys.stderr)
times = {name: [] for name in peers}
# In turn, so that what else the machine does falls on all alike.
for _ in range(RUNS):
    for name, run in peers.items():
        begun = time.perf_counter()
        run(f"{FOLDER}/{name}.{KIND}")
        times[name].append(time.perf_counter() - begun)
median = {name: statistics.median(taken) for name, taken in times.items()}
ours = amounts(f"{FOLDER}/carveout.{KIND}")
wrong = 0
for name in peers:
    theirs = ours if name == "carveout" else amounts(f"{FOLDER}/{name}.{KIND}")
    differ = sum(theirs.get(k) != v for k, v in ours.items()) + abs(len(theirs) - len(ours))
    wrong += differ
    rows = len(ours) / median[name]
    print(f"{name:9} {median[name]:6.2f} s (least {min(times[name]):.2f})  {rows:10,.0f} rows a second  {median[name] / median['carveout']:5.2f} times carveout's time  {differ} rows differ")
sys.exit(1 if wrong else 0)
