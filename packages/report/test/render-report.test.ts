import { renderReport } from "@megapairs/report";
import { describe, expect, it } from "vitest";
import { fixtureResults } from "./fixture-results.ts";

const page = renderReport(fixtureResults);

describe("renderReport", () => {
  it("gives the same bytes again", () => {
    expect(renderReport(fixtureResults)).toBe(page);
  });

  it("loads nothing and runs nothing", () => {
    expect(page).toContain("default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-");
    expect(page).not.toMatch(/<(?:script|link|iframe|object)\b/u);
    expect(page).not.toMatch(/\b(?:src|href)="(?!data:image\/|#)/u);
    expect(page).not.toMatch(/\sstyle="/u);
  });

  it("keeps texts texts, whatever they hold", () => {
    expect(page).toContain(
      "&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; &quot;quotes&quot;",
    );
    expect(page).toContain("&lt;script&gt;alert(&quot;reason&quot;)&lt;/script&gt;");
    expect(page).toContain("Query: a large &lt;b&gt;blue&lt;/b&gt; circle");
  });

  it("tells every chart in words", () => {
    const charts = [...page.matchAll(/<svg role="img" aria-label="([^"]+)"/gu)].map(
      ([, text]) => text,
    );
    expect(charts).toHaveLength(page.match(/<svg/gu)!.length);
    expect(charts).toContain(
      "Hard negatives (mAP@5, percent): none 11.0; query image 51.0; query image + mined 54.0.",
    );
    expect(charts).toContain(
      "The paper: MMRet-base, 1 million pairs, 2,000 steps (CIRR R@1, percent): none 0.2; query image 32.1; query image + mined 33.7.",
    );
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/u);
  });

  it("shows the parts that there are", () => {
    const { format, title, run, triplets } = fixtureResults;
    const small = renderReport({ format, title, run, triplets });
    const parts = [...small.matchAll(/<h2 id="([a-z]+)-title">/gu)].map(([, id]) => id);
    expect(parts).toEqual(["triplets", "run"]);
    expect(small).not.toContain("The paper");
  });
});
