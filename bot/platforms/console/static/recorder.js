// Records the microphone into one file.

const TYPES = [
  ["audio/webm;codecs=opus", "webm"],
  ["audio/ogg;codecs=opus", "ogg"],
  ["audio/mp4", "m4a"],
];
const LONGEST_MS = 5 * 60_000;

export class Recorder {
  // `onLevel(0..1)` is called while it records, `onLimit()` when the longest note is reached.
  constructor({ onLevel, onLimit }) {
    Object.assign(this, { onLevel, onLimit });
  }

  // Rejects where there is no microphone or no permission.
  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
    const [type, suffix] = TYPES.find(([name]) => MediaRecorder.isTypeSupported(name)) ?? ["", "webm"];
    this.suffix = suffix;
    this.chunks = [];
    this.recorder = new MediaRecorder(this.stream, type ? { mimeType: type, audioBitsPerSecond: 32_000 } : {});
    this.recorder.addEventListener("dataavailable", (event) => event.data.size && this.chunks.push(event.data));
    this.recorder.start(1000);
    this.startedAt = performance.now();
    this.limit = setTimeout(() => this.onLimit(), LONGEST_MS);
    this.listen();
  }

  get seconds() {
    return (performance.now() - this.startedAt) / 1000;
  }

  listen() {
    this.context = new AudioContext();
    const analyser = new AnalyserNode(this.context, { fftSize: 512 });
    this.context.createMediaStreamSource(this.stream).connect(analyser);
    const samples = new Uint8Array(analyser.fftSize);
    const measure = () => {
      if (!this.recorder) return;
      analyser.getByteTimeDomainData(samples);
      const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample - 128)), 0);
      this.onLevel(Math.min(1, loudest / 80));
      requestAnimationFrame(measure);
    };
    measure();
  }

  // Stops and returns the note: { blob, name, seconds }.
  async stop() {
    const { recorder, seconds } = this;
    const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
    recorder.stop();
    await ended;
    this.release();
    return { blob: new Blob(this.chunks, { type: recorder.mimeType }), name: `voice.${this.suffix}`, seconds };
  }

  cancel() {
    this.recorder?.stop();
    this.release();
  }

  release() {
    clearTimeout(this.limit);
    this.stream?.getTracks().forEach((track) => track.stop());
    this.context?.close();
    this.recorder = this.context = this.stream = undefined;
  }
}
