import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";

const require = createRequire(import.meta.url);

// Without a font file nothing of a text is drawn, and nothing says so; the system's fonts may lack Hangul, or be none.
const FONTS = ["400Regular/NanumGothic_400Regular", "700Bold/NanumGothic_700Bold"].map((name) =>
  require.resolve(`@expo-google-fonts/nanum-gothic/${name}.ttf`),
);

/** Pixels of the picture for each of the SVG's: sharp on a phone. */
const SCALE = 2;

/** A chart's SVG as PNG, at twice its size, in Nanum Gothic (Latin and Korean). Takes about 50 ms; throws for text that is no SVG. */
export function pngOf(svg: string, fonts: readonly string[] = FONTS): Buffer {
  const drawing = new Resvg(svg, {
    fitTo: { mode: "zoom", value: SCALE },
    font: { fontFiles: [...fonts], loadSystemFonts: false, defaultFontFamily: "NanumGothic" },
  });
  return drawing.render().asPng();
}
