"""One ranking by faiss.IndexFlatIP: request as JSON in argv[1], measurement as JSON on stdout."""

import json
import resource
import sys
import time

import faiss
import numpy

request = json.loads(sys.argv[1])
work = request["work"]
rows, k, count = work["rows"], work["k"], work["queries"]
vectors = numpy.fromfile(work["vectors"], dtype="<f4").reshape(rows, work["dimensions"])
queries = vectors[(numpy.arange(count) * rows) // count].copy()
queries[:, 1::2] *= -1
faiss.omp_set_num_threads(work["threads"])


def build(some):
    index = faiss.IndexFlatIP(work["dimensions"])
    index.add(vectors[:some])
    return index


build(min(rows, 4096)).search(queries, min(k, rows))
index = build(rows)
cpu = time.process_time()
started = time.perf_counter()
scores, found = index.search(queries, k)
seconds = time.perf_counter() - started
cpu = time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

found.astype("<i4").tofile(request["found"])
facts = {"faiss": faiss.__version__}
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu, "peakMiB": peak, "facts": facts}))
