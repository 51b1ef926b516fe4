"""One self-join by faiss.IndexFlatIP: request as JSON in argv[1], measurement as JSON on stdout."""

import json
import resource
import sys
import time

import faiss
import numpy

request = json.loads(sys.argv[1])
work = request["work"]
rows, k = work["rows"], work["k"]
vectors = numpy.fromfile(work["vectors"], dtype="<f4").reshape(rows, work["dimensions"])
faiss.omp_set_num_threads(work["threads"])


def join(count):
    index = faiss.IndexFlatIP(work["dimensions"])
    index.add(vectors[:count])
    return index.search(vectors[:count], min(k + 1, count))


join(min(rows, 1500))
cpu = time.process_time()
started = time.perf_counter()
scores, found = join(rows)
seconds = time.perf_counter() - started
cpu = time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

inside = (scores > work["lower"]) & (scores < work["upper"])
inside &= found != numpy.arange(rows)[:, None]
lists = numpy.full((rows, k), -1, dtype="<i4")
for row in range(rows):
    kept = found[row][inside[row]][:k]
    lists[row, : len(kept)] = kept
lists.tofile(request["found"])
facts = {"faiss": faiss.__version__}
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu, "peakMiB": peak, "facts": facts}))
