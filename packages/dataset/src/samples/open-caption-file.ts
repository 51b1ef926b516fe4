import { parseCaptionLine } from "../corpus/caption-line.ts";
import { relativePathWithin } from "../corpus/file-name.ts";
import { MAX_LINE_BYTES } from "../corpus/read-lines.ts";
import { openSampleFile } from "./sample-file.ts";
import type { SampleFile, SampleFileSettings, SampleLineFormat } from "./sample-file.ts";

/** Where captions and their images are. */
export interface CaptionFileSettings extends SampleFileSettings {
  /** Takes the fields `label` or `class` where there is no caption. Default false. */
  readonly classAsCaption?: boolean | undefined;
}

/**
 * Opens captioned images for reading in any order, each an example of a text query: the caption asks
 * for its image. Lines are those of `openJsonLinesCorpus`: `{"image": "x.jpg", "caption": "…"}`.
 * A line without a caption rejects when it is read. Else as `openTripletFile`.
 */
export async function openCaptionFile(settings: CaptionFileSettings): Promise<SampleFile> {
  return await openSampleFile(settings, captionFormat(settings.classAsCaption ?? false));
}

function captionFormat(classAsCaption: boolean): SampleLineFormat {
  return {
    name: classAsCaption ? "captions-or-classes-1" : "captions-1",
    maxLineBytes: MAX_LINE_BYTES,
    parse(line, imageRoot) {
      const parsed = parseCaptionLine(line, classAsCaption);
      if (parsed.problem !== undefined) return parsed.problem;
      const image = relativePathWithin(imageRoot, parsed.path);
      if (image === undefined) return `names ${parsed.path}, which is not in ${imageRoot}`;
      if (parsed.caption === undefined) return `names ${image} without a caption`;
      return { texts: [parsed.caption], positiveImage: image, hardNegativeImages: [] };
    },
  };
}
