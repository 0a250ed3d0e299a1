/** What the handheld does: sees codes, sounds, shakes. */
export interface Reader {
  readonly stop: () => void;
}
interface Detector {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>;
}
declare const BarcodeDetector: { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> } | undefined;

/** The browser's own detector where it knows QR, else ZXing as WebAssembly from our own address, loaded when first needed. */
async function detector(): Promise<(source: HTMLVideoElement) => Promise<string | null>> {
  if (typeof BarcodeDetector !== "undefined" && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const own = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await own.detect(video))[0]?.rawValue ?? null;
  }
  const zxing = await import("./zxing.ts");
  const canvas = document.createElement("canvas"),
    ctx = canvas.getContext("2d", { willReadFrequently: true })!;
  return async (video) => {
    const scale = Math.min(1, 960 / Math.max(video.videoWidth, 1));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (canvas.width === 0) return null;
    ctx.drawImage(video, 0, 0, canvas.width, canvas.height);
    return zxing.read(ctx.getImageData(0, 0, canvas.width, canvas.height));
  };
}

/** Looks through the camera until stopped. The same code is told once while it stays in view. */
export async function startCamera(video: HTMLVideoElement, onText: (text: string) => void): Promise<Reader> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
  const stopStream = (): void => {
    for (const track of stream.getTracks()) track.stop();
  };
  let running = true;
  try {
    const detect = await detector();
    video.srcObject = stream;
    await video.play();
    let last = "",
      gone = 0;
    const look = async (): Promise<void> => {
      if (!running) return;
      const text = video.readyState >= 2 ? await detect(video).catch(() => null) : null;
      if (text === null) {
        if (++gone > 8) last = "";
      } else {
        gone = 0;
        if (text !== last) {
          last = text;
          onText(text);
        }
      }
      if (running) setTimeout(() => void look(), 120);
    };
    void look();
  } catch (error) {
    stopStream();
    throw error;
  }
  return {
    stop: () => {
      running = false;
      stopStream();
      video.srcObject = null;
    },
  };
}

let audio: AudioContext | null = null;
/** One high note for go; three low ones for stop, so that they differ for ears that hear no pitch. */
export function sound(go: boolean): void {
  try {
    audio ??= new AudioContext();
    for (let i = 0; i < (go ? 1 : 3); i++) {
      const at = audio.currentTime + i * 0.18,
        tone = audio.createOscillator(),
        level = audio.createGain();
      tone.type = go ? "sine" : "square";
      tone.frequency.value = go ? 1318 : 196;
      level.gain.setValueAtTime(go ? 0.35 : 0.25, at);
      level.gain.exponentialRampToValueAtTime(0.001, at + (go ? 0.22 : 0.14));
      tone.connect(level).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.25);
    }
  } catch {
    /* no sound device */
  }
}
export function shake(go: boolean): void {
  try {
    navigator.vibrate?.(go ? 60 : [160, 80, 160, 80, 160]);
  } catch {
    /* none */
  }
}
