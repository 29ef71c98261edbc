// The alarm's sound: two tones, again each 20 seconds, until a named person has heard it. Made here
// from oscillators, so that it needs no file; an exercise has a tone of its own.

/** Seconds between one pair of tones and the next. */
export const REPEAT_S = 20;

interface Tone {
  wave: OscillatorType;
  /** Hertz of the two tones, one after the other. */
  pitches: [number, number];
  seconds: number;
}

const TONES: Record<'real' | 'exercise', Tone> = {
  real: { wave: 'square', pitches: [880, 660], seconds: 0.45 },
  exercise: { wave: 'triangle', pitches: [523, 784], seconds: 0.25 },
};

const LOUD = 0.25;
const KEPT = 'anlan.muted';

interface Sound {
  muted: boolean;
  /** True where the browser lets no tone out before the first press on the page. */
  held: boolean;
  ringing: boolean;
}

export const sound = $state<Sound>({ muted: false, held: false, ringing: false });

let context: AudioContext | undefined;
let timer: ReturnType<typeof setInterval> | undefined;

/** Reads whether it was muted here before. */
export function startSound(): void {
  sound.muted = localStorage.getItem(KEPT) === 'yes';
}

export function mute(muted: boolean): void {
  sound.muted = muted;
  localStorage.setItem(KEPT, muted ? 'yes' : 'no');
}

/** Sounds the pair of tones once: also how the volume is tried at the start of a shift. */
export function tone(kind: 'real' | 'exercise'): void {
  if (typeof AudioContext === 'undefined') {
    sound.held = true;
    return;
  }
  context ??= new AudioContext();
  const playing = context;
  if (playing.state === 'suspended') {
    sound.held = true;
    void playing.resume().then(() => (sound.held = false));
    return;
  }
  sound.held = false;
  const { wave, pitches, seconds } = TONES[kind];
  const gain = playing.createGain();
  gain.gain.value = LOUD;
  gain.connect(playing.destination);
  for (const [i, pitch] of pitches.entries()) {
    const voice = playing.createOscillator();
    voice.type = wave;
    voice.frequency.value = pitch;
    voice.connect(gain);
    const from = playing.currentTime + i * seconds;
    voice.start(from);
    voice.stop(from + seconds);
  }
}

/** Rings until `quiet`; while it rings already, nothing begins anew. */
export function ring(kind: 'real' | 'exercise'): void {
  if (timer) return;
  sound.ringing = true;
  const once = (): void => {
    if (!sound.muted) tone(kind);
  };
  once();
  timer = setInterval(once, REPEAT_S * 1000);
}

export function quiet(): void {
  clearInterval(timer);
  timer = undefined;
  sound.ringing = false;
}
