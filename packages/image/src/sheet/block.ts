import type { Canvas } from "./canvas.ts";

/** Something of a known size that can be drawn anywhere. */
export interface Block {
  readonly width: number;
  readonly height: number;
  draw(canvas: Canvas, left: number, top: number): void;
}

/** One under the other. */
export function stackBlocks(blocks: readonly Block[], gap: number): Block {
  return placeBlocks(blocks, (previous) => ({ left: 0, top: previous.bottom + gap }), gap);
}

/** Side by side in lines of at most `perLine`, each line as high as its highest block. */
export function tileBlocks(blocks: readonly Block[], perLine: number, gap: number): Block {
  const lines: Block[] = [];
  for (let start = 0; start < blocks.length; start += perLine) {
    const line = blocks.slice(start, start + perLine);
    lines.push(placeBlocks(line, (previous) => ({ left: previous.right + gap, top: 0 }), gap));
  }
  return stackBlocks(lines, gap);
}

/** Moved to the right. */
export function indentBlock(block: Block, indent: number): Block {
  return {
    width: block.width + indent,
    height: block.height,
    draw: (canvas, left, top) => block.draw(canvas, left + indent, top),
  };
}

function placeBlocks(
  blocks: readonly Block[],
  follow: (previous: { readonly right: number; readonly bottom: number }) => {
    readonly left: number;
    readonly top: number;
  },
  gap: number,
): Block {
  let last = { right: -gap, bottom: -gap };
  const placed = blocks.map((block) => {
    const { left, top } = follow(last);
    last = { right: left + block.width, bottom: top + block.height };
    return { block, left, top };
  });
  return {
    width: Math.max(0, ...placed.map(({ block, left }) => left + block.width)),
    height: Math.max(0, ...placed.map(({ block, top }) => top + block.height)),
    draw(canvas, left, top) {
      for (const place of placed) place.block.draw(canvas, left + place.left, top + place.top);
    },
  };
}
