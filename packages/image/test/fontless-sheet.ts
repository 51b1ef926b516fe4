import { renderContactSheet } from "@megapairs/image";

/** Run by render-contact-sheet.test.ts in a process that finds no fonts; writes the PNG to stdout. */
const sheet = await renderContactSheet({
  columns: [{ heading: "Notes", width: 300 }],
  rows: [{ cells: [{ type: "text", paragraphs: ["Show it in Жёлтый."] }] }],
  mediaType: "image/png",
});
process.stdout.write(sheet);
