/** What a dataset card counts. */
export interface DatasetCounts {
  readonly triplets: number;
  readonly queries: number;
  readonly instructions: number;
  readonly hardNegatives: number;
  /** Hard negatives left out as right answers. */
  readonly answersLeftOut: number;
  readonly images: number;
  /** Pairs that each similarity model found, by relation. */
  readonly evidence: ReadonlyMap<string, number>;
  readonly tars: number;
}

/** The `README.md` of an export: what is in it, in the form the hub reads, without dates. */
export function datasetCard(counts: DatasetCounts): string {
  const { triplets } = counts;
  const relations = [...counts.evidence].toSorted(([left], [right]) => (left < right ? -1 : 1));
  const mean = (total: number): string => (triplets === 0 ? "0" : (total / triplets).toFixed(2));
  return `---
pretty_name: MegaPairs
tags:
  - image-retrieval
  - composed-image-retrieval
configs:
  - config_name: default
    data_files: megapairs.jsonl
---

# A MegaPairs dataset

| what | count |
| --- | --- |
| triplets (query image, instructions, target image) | ${triplets} |
| query images | ${counts.queries} |
| instructions | ${counts.instructions} (${mean(counts.instructions)} a triplet) |
| hard negatives, the query image included | ${counts.hardNegatives} (${mean(counts.hardNegatives)} a triplet) |
| hard negatives left out, being targets of the same query and instruction | ${counts.answersLeftOut} |
| images | ${counts.images} |
${relations.map(([relation, pairs]) => `| pairs found by similarity model ${relation} | ${pairs} |`).join("\n")}

## Files

- \`megapairs.jsonl\`: a triplet a line, \`{"q_img", "q_text", "t_img", "hns"}\`. \`q_text\` lists
  the instructions; \`hns\` lists hard negatives, of which the first is the query image itself.
- \`images-*.tar\` (${counts.tars}): the images under the paths that the lines name. Unpack them here:
  \`for tar in images-*.tar; do tar -xf "$tar"; done\`.
- \`provenance.jsonl\`: line for line with \`megapairs.jsonl\`, how the pair was found (similarity
  model, score, rank), its description, and where its two images come from. A subset by similarity
  models is a filter on it.

An image's name is the SHA-256 of its bytes.
`;
}
