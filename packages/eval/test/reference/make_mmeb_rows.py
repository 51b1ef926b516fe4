"""A data set of MMEB in the published columns, as Parquet written as the Hugging Face hub does.

    pip install pyarrow==26.0.1 && python make_mmeb_rows.py

1,000 rows; row n has n % 3 + 2 candidates, the right one first, and a text of n's digits.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

rows = range(1000)
candidates = [[f"class {n} {c}" for c in range(n % 3 + 2)] for n in rows]
table = pa.table({
    "qry_text": [f"<|image_1|> Represent the given image for classification {n}\n" for n in rows],
    "qry_img_path": [f"ImageNet-1K/image_{n}.jpg" for n in rows],
    "tgt_text": candidates,
    "tgt_img_path": [["" for _ in one] for one in candidates],
})
pq.write_table(table, Path(__file__).parent / "mmeb-rows.parquet", compression="snappy")
