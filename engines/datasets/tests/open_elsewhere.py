#!/usr/bin/env python3
"""Opens a dataset file from standard input with pyarrow, pandas and DuckDB and prints what they see.

Shares no code with the program: it reads the file as docs/formats/dataset.md says. Needs
`pip install pyarrow pandas duckdb`. Exits 3 with a line on standard error where one is missing.
"""
import json
import sys

try:
    import duckdb
    import pandas
    import pyarrow as pa
except ImportError as missing:
    print(f"skipped: {missing}", file=sys.stderr)
    sys.exit(3)

BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"


def main():
    reader = pa.ipc.open_file(pa.BufferReader(sys.stdin.buffer.read()))
    table = reader.read_all()
    about = {k.decode(): v.decode() for k, v in table.schema.metadata.items()}
    frame = table.to_pandas()
    assert isinstance(frame, pandas.DataFrame) and len(frame) == table.num_rows
    assert len(set(frame["id"])) == len(frame), "row ids are unique"
    assert all(len(i) == 16 and set(i) <= set(BASE32) for i in frame["id"])
    by_structure = duckdb.sql(
        "select structure, count(*) as rows from table_ group by structure order by structure",
        connection=connect(table),
    ).fetchall()
    print(json.dumps({
        "about": about,
        "rows": table.num_rows,
        "batches": reader.num_record_batches,
        "unit_of_lon": table.schema.field("lon").metadata[b"unit"].decode(),
        "lon_sum": int(frame["lon"].sum()),
        "year_unknown": int(frame["built_year"].isna().sum()),
        "first_id": frame["id"].iloc[0],
        "first_name": next(name for name in frame["name"] if isinstance(name, str)),
        "footprint_numbers": int(sum(len(f) for f in frame["footprint"] if f is not None)),
        "by_structure": [[int(s), int(n)] for s, n in by_structure],
    }, ensure_ascii=False, sort_keys=True))


def connect(table):
    connection = duckdb.connect()
    connection.register("table_", table)
    return connection


main()
