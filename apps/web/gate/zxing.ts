import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

// Without this the package would fetch the reader from a public CDN.
prepareZXingModule({ overrides: { locateFile: (name: string, prefix: string) => (name.endsWith(".wasm") ? wasm : prefix + name) } });

export async function read(image: ImageData): Promise<string | null> {
  const found = await readBarcodes(image, { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: true });
  return found.find((f) => f.isValid)?.text ?? null;
}
