"""One self-join by a peer's index: request as JSON in argv[1], measurement as JSON on stdout.

The index is built over all rows and asked for the neighbours of the first `peerQueries`. Its search
parameter is the first of a sweep that finds the share asked for among the judged rows' neighbours; the
sweep itself is not timed. Packages: numpy, and faiss-cpu, usearch or lancedb.
"""

import json
import resource
import sys
import tempfile
import time

import numpy

request = json.loads(sys.argv[1])
work = request["work"]
rows, dimensions, k = work["rows"], work["dimensions"], work["k"]
queries, judged = work["peerQueries"], work["judged"]
threads = work["threads"]
vectors = numpy.memmap(work["vectors"], dtype="<f4", mode="r", shape=(rows, dimensions))
vectors = numpy.ascontiguousarray(vectors)
truth = numpy.fromfile(work["truth"], dtype="<i4").reshape(judged, k)
BATCH = 1000


def faiss_flat():
    import faiss

    faiss.omp_set_num_threads(threads)
    index = faiss.IndexFlatIP(dimensions)
    index.add(vectors)
    return [None], lambda _: None, index.search, {"faiss": faiss.__version__}


def faiss_ivf():
    import faiss

    faiss.omp_set_num_threads(threads)
    lists = max(1, round(4 * rows**0.5)) if rows < 500_000 else 2048
    quantizer = faiss.IndexFlatIP(dimensions)
    index = faiss.IndexIVFFlat(quantizer, dimensions, lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter = 10
    picked = numpy.random.default_rng(1).choice(rows, min(rows, 64 * lists), replace=False)
    index.train(vectors[numpy.sort(picked)])
    index.add(vectors)

    def set_probes(probes, _kept=quantizer):
        index.nprobe = probes

    sweep = [p for p in (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512) if p < lists]
    return sweep + [lists], set_probes, index.search, {"faiss": faiss.__version__, "lists": lists}


def faiss_hnsw():
    import faiss

    faiss.omp_set_num_threads(threads)
    index = faiss.IndexHNSWFlat(dimensions, 32, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 80
    index.add(vectors)

    def set_ef(ef):
        index.hnsw.efSearch = ef

    return [101, 128, 192, 256, 384, 512, 1024, 2048], set_ef, index.search, {"faiss": faiss.__version__}


def usearch():
    import usearch
    from usearch.index import Index

    index = Index(ndim=dimensions, metric="ip", dtype="f32", connectivity=32, expansion_add=80)
    index.add(numpy.arange(rows), vectors, threads=threads)

    def set_expansion(expansion):
        index.expansion_search = expansion

    def search(asked, count):
        found = index.search(asked, count, threads=threads)
        return 1 - found.distances, found.keys.astype("<i8")

    return [101, 128, 192, 256, 384, 512, 1024, 2048], set_expansion, search, {"usearch": usearch.__version__}


def lancedb():
    import lancedb
    import pyarrow

    folder = tempfile.mkdtemp(prefix="megapairs-lance-")
    size = pyarrow.list_(pyarrow.float32(), dimensions)
    schema = pyarrow.schema([("row", pyarrow.int32()), ("vector", size)])

    def batches():
        for start in range(0, rows, 8192):
            part = vectors[start : start + 8192]
            flat = pyarrow.array(part.reshape(-1))
            column = pyarrow.FixedSizeListArray.from_arrays(flat, dimensions)
            ids = pyarrow.array(numpy.arange(start, start + len(part), dtype="<i4"))
            yield pyarrow.record_batch([ids, column], schema=schema)

    reader = pyarrow.RecordBatchReader.from_batches(schema, batches())
    table = lancedb.connect(folder).create_table("vectors", reader)
    lists = max(1, round(rows**0.5))
    table.create_index(metric="dot", index_type="IVF_FLAT", num_partitions=lists, vector_column_name="vector")
    chosen = {}

    def set_probes(probes):
        chosen["probes"] = probes

    def search(asked, count):
        scores = numpy.full((len(asked), count), -2, dtype="<f4")
        found = numpy.full((len(asked), count), -1, dtype="<i8")
        for start in range(0, len(asked), 100):
            part = asked[start : start + 100]
            query = table.search(list(part)).limit(count).nprobes(chosen["probes"])
            answer = query.select(["row", "_distance"]).to_arrow()
            place = answer.column("query_index").to_numpy() if "query_index" in answer.column_names else None
            place = numpy.zeros(len(answer), dtype=int) if place is None else place
            distance = answer.column("_distance").to_numpy()
            row = answer.column("row").to_numpy()
            for query_place in range(len(part)):
                at = numpy.flatnonzero(place == query_place)
                at = at[numpy.argsort(distance[at], kind="stable")][:count]
                scores[start + query_place, : len(at)] = 1 - distance[at]
                found[start + query_place, : len(at)] = row[at]
        return scores, found

    sweep = [p for p in (1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512) if p < lists]
    return sweep + [lists], set_probes, search, {"lancedb": lancedb.__version__, "lists": lists}


def in_band(scores, found, first):
    inside = (scores > work["lower"]) & (scores < work["upper"])
    inside &= found != numpy.arange(first, first + len(found))[:, None]
    lists = numpy.full((len(found), k), -1, dtype="<i4")
    for row in range(len(found)):
        kept = found[row][inside[row]][:k]
        lists[row, : len(kept)] = kept
    return lists


def recall_of(lists):
    hits = sum(len(numpy.intersect1d(a[a >= 0], b[b >= 0])) for a, b in zip(lists, truth))
    return hits / max(1, (truth >= 0).sum())


contenders = {
    "faiss-flat": faiss_flat,
    "faiss-ivf": faiss_ivf,
    "faiss-hnsw": faiss_hnsw,
    "usearch": usearch,
    "lancedb": lancedb,
}
cpu = time.process_time()
started = time.perf_counter()
sweep, choose, search, facts = contenders[request["name"]]()
build = {"seconds": time.perf_counter() - started, "cpuSeconds": time.process_time() - cpu}

count = min(k + 1, rows)
for parameter in sweep:
    choose(parameter)
    scores, found = search(vectors[:judged], count)
    lists = in_band(numpy.asarray(scores), numpy.asarray(found), 0)
    recall = recall_of(lists)
    if recall >= work["recall"]:
        break
lists.tofile(request["found"])

cpu = time.process_time()
started = time.perf_counter()
for start in range(0, queries, BATCH):
    search(vectors[start : min(start + BATCH, queries)], count)
join = {"seconds": time.perf_counter() - started, "cpuSeconds": time.process_time() - cpu}
factor = rows / queries
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(
    json.dumps(
        {
            "seconds": build["seconds"] + factor * join["seconds"],
            "cpuSeconds": build["cpuSeconds"] + factor * join["cpuSeconds"],
            "peakMiB": peak,
            "facts": {**facts, "parameter": parameter, "build": build, "join": join, "queries": queries},
        }
    )
)
