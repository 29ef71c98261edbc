// Whether the window is as narrow as a telephone: there the head is two lines, and what is seldom needed
// stands behind one press. The same width as in the styles.
import { MediaQuery } from 'svelte/reactivity';

export const narrow = new MediaQuery('max-width: 700px');
