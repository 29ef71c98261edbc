// The password asked again in place: the strip in which an act is signed shows the field, and the
// act waits until it is given or taken back.
export const again = $state({
  asking: false,
  /** Why what was given will not do. */
  wrong: '',
});

let answer: ((password: string | undefined) => void) | undefined;
let strips = 0;

/** A strip that can ask is on the page; returns what takes it away again. */
export function canAsk(): () => void {
  strips += 1;
  return () => {
    strips -= 1;
    if (strips === 0) giveAgain(undefined);
  };
}

/** Asks for the password; undefined where nobody gives it, or nothing on the page can ask. */
export function askAgain(wrong: string): Promise<string | undefined> {
  if (strips === 0) return Promise.resolve(undefined);
  giveAgain(undefined);
  again.asking = true;
  again.wrong = wrong;
  return new Promise((resolve) => {
    answer = resolve;
  });
}

/** Gives the password, or takes the act back. */
export function giveAgain(password: string | undefined): void {
  const waiting = answer;
  answer = undefined;
  again.asking = false;
  again.wrong = '';
  waiting?.(password);
}
