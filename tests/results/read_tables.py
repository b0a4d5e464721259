"""Reads every Arrow table of a folder with pyarrow, pandas and polars and prints what they hold as JSON."""

import json
import math
import sys
from pathlib import Path

import pandas
import polars
import pyarrow.ipc


def plain(value):
    """NaN as text, times as milliseconds, lists as lists: what JSON can hold."""
    if value is None or value is pandas.NaT or value is pandas.NA:
        return None
    if hasattr(value, "timestamp"):
        return round(value.timestamp() * 1000)
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(item) for item in value]
    return "NaN" if isinstance(value, float) and math.isnan(value) else value


def rows(records):
    return [{name: plain(value) for name, value in record.items()} for record in records]


result = {}
for path in sorted(Path(sys.argv[1]).glob("*.arrow*")):
    if path.suffix == ".arrows":
        table = pyarrow.ipc.open_stream(path).read_all()
        frames = {"polars": polars.read_ipc_stream(path)}
    else:
        table = pyarrow.ipc.open_file(path).read_all()
        frames = {"polars": polars.read_ipc(path), "scan": polars.scan_ipc(path).collect()}
        read = pandas.read_feather(path)
        assert [len(read), *read.columns] == [table.num_rows, *table.column_names]
    table.validate(full=True)
    result[path.name] = {
        "version": table.schema.metadata[b"gorp.version"].decode(),
        "types": {field.name: str(field.type) for field in table.schema},
        "units": {f.name: f.metadata[b"unit"].decode() for f in table.schema if f.metadata and b"unit" in f.metadata},
        "pyarrow": rows(table.to_pylist()),
        # With its own types pandas would not tell null from NaN.
        "pandas": rows(table.to_pandas(types_mapper=pandas.ArrowDtype, ignore_metadata=True).to_dict("records")),
        **{name: rows(frame.to_dicts()) for name, frame in frames.items()},
    }
print(json.dumps(result))
